package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A row of a Custom Audience, in the columns of the request. What is not known is an empty text; a row of nothing else is
 * refused, and so is what ought to be hashed and is not.
 */
record FacebookRow(List<String> columns) implements Flaw.Rule {

    private static final Set<String> HASHED = Set.of("EMAIL", "PHONE", "FN", "LN", "FI", "GEN", "DOBY", "DOBM", "DOBD", "CT",
            "ST", "ZIP", "COUNTRY");
    private static final Set<String> PLAIN = Set.of("EXTERN_ID", "MADID", "LOOKALIKE_VALUE");

    List<String> unknown() {
        return columns.stream().filter(column -> !HASHED.contains(column) && !PLAIN.contains(column)).toList();
    }

    @Override
    public Optional<Flaw> of(JsonNode row) {
        if (!row.isArray() || row.size() != columns.size()) {
            return Flaw.of("", "", "must have a value for each key of the schema");
        }
        boolean isEmpty = true;
        for (int i = 0; i < row.size(); i++) {
            String column = columns.get(i);
            JsonNode value = row.get(i);
            if (column.equals("LOOKALIKE_VALUE")) {
                if (!value.isNumber() || value.decimalValue().signum() < 0) {
                    return Flaw.of("", column, "must be a number that is not negative");
                }
                continue;
            }
            if (!isId(value)) {
                return Flaw.of("", column, "must be a text");
            }
            String text = value.asText();
            if (HASHED.contains(column) && !text.isEmpty() && !Hashes.isHash(text)) {
                return Flaw.of("", column, "must be a SHA-256 hash, in lower-case hex, of something");
            }
            if (column.equals("MADID") && !text.equals(text.toLowerCase(Locale.ROOT))) {
                return Flaw.of("", column, "must be in lower case");
            }
            isEmpty &= text.isEmpty();
        }
        return isEmpty ? Flaw.of("", "", "must name somebody") : Optional.empty();
    }

    private static boolean isId(JsonNode value) {
        return value.isTextual() || value.isIntegralNumber();
    }

    /** The row as an object, without what is empty. */
    ObjectNode named(JsonNode row) {
        ObjectNode named = DestinationFake.object();
        for (int i = 0; i < row.size(); i++) {
            if (!row.get(i).asText().isEmpty()) {
                named.set(columns.get(i), row.get(i));
            }
        }
        return named;
    }
}
