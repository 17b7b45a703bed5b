package dev.serai.salesforce;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Set;

/**
 * What the type of a field means for its values. Both APIs give the same value in different texts ({@code 5} and
 * {@code 5.0}, {@code +0000} and {@code Z}); written through here, they are the same bytes.
 */
public enum FieldKind {
    TEXT, WHOLE, DECIMAL, FLAG, DATE, DATETIME, TIME,
    /** Made of parts that are fields themselves, or contents: not asked for. */
    SKIPPED;

    private static final Set<String> SKIPPED_TYPES = Set.of("base64", "byte", "address", "location");
    private static final int MOST_DIGITS = 100;

    /** @param type as the describe has it; of types that are not known the values are text */
    static FieldKind of(String type) {
        if (SKIPPED_TYPES.contains(type)) {
            return SKIPPED;
        }
        return switch (type) {
            case "int", "long" -> WHOLE;
            case "double", "currency", "percent" -> DECIMAL;
            case "boolean" -> FLAG;
            case "date" -> DATE;
            case "datetime" -> DATETIME;
            case "time" -> TIME;
            default -> TEXT;
        };
    }

    /** Writes the value that this text stands for; text that is none of this kind stays text. Empty is null. */
    void write(JsonGenerator json, String text) throws IOException {
        if (text.isEmpty()) {
            json.writeNull();
            return;
        }
        switch (this) {
            case WHOLE, DECIMAL -> number(json, text);
            case FLAG -> {
                if (text.equals("true") || text.equals("false")) {
                    json.writeBoolean(text.equals("true"));
                } else {
                    json.writeString(text);
                }
            }
            case DATETIME -> json.writeString(utc(text));
            default -> json.writeString(text.indexOf('\0') < 0 ? text : text.replace("\0", ""));
        }
    }

    /** A stamp in the one form in which cursors are compared. */
    static String utc(String stamp) {
        return stamp.endsWith("+0000") ? stamp.substring(0, stamp.length() - "+0000".length()) + "Z" : stamp;
    }

    private void number(JsonGenerator json, String text) throws IOException {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException e) {
            json.writeString(text);
            return;
        }
        if (Math.abs((long) number.scale()) > MOST_DIGITS) {
            json.writeString(text);
            return;
        }
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        boolean isWhole = plain.scale() <= 0;
        json.writeNumber((isWhole ? plain.setScale(this == WHOLE ? 0 : 1) : plain).toPlainString());
    }
}
