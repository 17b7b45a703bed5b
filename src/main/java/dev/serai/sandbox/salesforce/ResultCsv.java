package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Results of the Bulk API: everything is quoted text, nothing is null, whole numbers have a fraction. */
final class ResultCsv {

    private ResultCsv() {
    }

    /** @param nul whether a NUL slips into the first text of the first row */
    static byte[] of(List<Field> fields, List<ObjectNode> rows, boolean nul) {
        StringBuilder csv = new StringBuilder();
        line(csv, fields.stream().map(Field::name).toList());
        int spoiled = nul ? spoiled(fields, rows) : -1;
        for (int number = 0; number < rows.size(); number++) {
            for (int at = 0; at < fields.size(); at++) {
                csv.append(at == 0 ? "" : ",");
                String text = text(fields.get(at), rows.get(number).get(fields.get(at).name()));
                quote(csv, number == 0 && at == spoiled ? text + '\0' : text);
            }
            csv.append('\n');
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

    private static void line(StringBuilder csv, List<String> names) {
        for (int at = 0; at < names.size(); at++) {
            quote(csv.append(at == 0 ? "" : ","), names.get(at));
        }
        csv.append('\n');
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
