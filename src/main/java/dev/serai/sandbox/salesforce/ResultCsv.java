package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results of the Bulk API: everything is quoted text, nothing is null, whole numbers have a fraction. */
record ResultCsv(String delimiter, String lineEnding) {

    private static final Map<String, String> DELIMITERS = Map.of("COMMA", ",", "TAB", "\t", "SEMICOLON", ";", "PIPE", "|",
            "CARET", "^", "BACKQUOTE", "`");
    private static final Map<String, String> ENDINGS = Map.of("LF", "\n", "CRLF", "\r\n");

    /** By the words of the API; empty if there is no such. */
    static Optional<ResultCsv> of(String delimiter, String lineEnding) {
        return DELIMITERS.containsKey(delimiter) && ENDINGS.containsKey(lineEnding)
                ? Optional.of(new ResultCsv(delimiter, lineEnding)) : Optional.empty();
    }

    /** @param nul whether a NUL slips into the first text of the first row */
    byte[] write(List<Field> fields, List<ObjectNode> rows, boolean nul) {
        StringBuilder csv = new StringBuilder();
        line(csv, fields.stream().map(Field::name).toList());
        int spoiled = nul ? spoiled(fields, rows) : -1;
        for (int number = 0; number < rows.size(); number++) {
            for (int at = 0; at < fields.size(); at++) {
                csv.append(at == 0 ? "" : DELIMITERS.get(delimiter));
                String text = text(fields.get(at), rows.get(number).get(fields.get(at).name()));
                quote(csv, number == 0 && at == spoiled ? text + '\0' : text);
            }
            csv.append(ENDINGS.get(lineEnding));
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int spoiled(List<Field> fields, List<ObjectNode> rows) {
        for (int at = 0; at < fields.size() && !rows.isEmpty(); at++) {
            if (fields.get(at).type() == FieldType.STRING && rows.get(0).hasNonNull(fields.get(at).name())) {
                return at;
            }
        }
        return -1;
    }

    private void line(StringBuilder csv, List<String> names) {
        for (int at = 0; at < names.size(); at++) {
            quote(csv.append(at == 0 ? "" : DELIMITERS.get(delimiter)), names.get(at));
        }
        csv.append(ENDINGS.get(lineEnding));
    }

    private static void quote(StringBuilder csv, String text) {
        csv.append('"').append(text.indexOf('"') < 0 ? text : text.replace("\"", "\"\"")).append('"');
    }

    private static String text(Field field, JsonNode value) {
        if (value == null) {
            return "";
        }
        if (field.type().isNumber()) {
            BigDecimal number = value.decimalValue();
            return (number.scale() < 1 ? number.setScale(1) : number).toPlainString();
        }
        return field.type() == FieldType.DATETIME ? Stamps.inCsv(value.asText()) : value.asText();
    }
}
