package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Salesforce's describe says of an object, as far as a sync needs it: which fields can be read, of which type each
 * is, and which stamp says that a row was changed. Types decide, not how a value looks: a CSV of the Bulk API is all
 * text, and a name may look like a date.
 *
 * @param types the fields that are read and their types, in the order of the describe
 * @param stamp the field that rows are ordered by; empty if there is none, then the whole object is read each time
 */
record SObject(String name, Map<String, String> types, Optional<String> stamp) {

    /** By how well they say that a row was changed; the last two say of objects that are never changed. */
    private static final List<String> STAMPS = List.of("SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime");

    /** Compound fields come in their parts too; files and blobs are not data of a row. */
    private static final Set<String> UNREAD = Set.of("address", "location", "base64", "byte");
    private static final Set<String> NUMBERS = Set.of("double", "currency", "percent");
    private static final Set<String> INTEGERS = Set.of("int", "long");
    private static final Set<String> TIMES = Set.of("datetime", "date");

    /** {@code 2026-01-01T00:00:00.000+0000}: without the colon that ISO 8601 has. */
    private static final int ZONE_DIGITS = 5;

    static SObject of(JsonNode describe) {
        Map<String, String> types = new LinkedHashMap<>();
        for (JsonNode field : describe.path("fields")) {
            String type = field.path("type").asText().toLowerCase(Locale.ROOT);
            if (!UNREAD.contains(type)) {
                types.put(field.path("name").asText(), type);
            }
        }
        Optional<String> stamp = STAMPS.stream().filter(types::containsKey).findFirst();
        return new SObject(describe.path("name").asText(), types, stamp);
    }

    boolean isReadable() {
        return types.containsKey("Id");
    }

    /** Fields whose text stays text. */
    Set<String> texts() {
        Set<String> texts = new HashSet<>();
        types.forEach((name, type) -> {
            if (!TIMES.contains(type) && !NUMBERS.contains(type) && !INTEGERS.contains(type) && !type.equals("boolean")) {
                texts.add(name);
            }
        });
        return texts;
    }

    String fields() {
        return String.join(", ", types.keySet());
    }

    /** A row of a query, without what is not the row's own. */
    ObjectNode row(JsonNode record) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        record.fields().forEachRemaining(field -> {
            if (!field.getKey().equals("attributes") && !field.getKey().equals("IsDeleted")) {
                JsonNode value = field.getValue();
                row.set(field.getKey(), value.isTextual() && "datetime".equals(types.get(field.getKey()))
                        ? JsonNodeFactory.instance.textNode(iso(value.textValue())) : value);
            }
        });
        return row;
    }

    /** A row of a CSV: every value is text, and nothing stands for null. */
    ObjectNode row(Map<String, String> record) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        record.forEach((name, text) -> {
            if (!name.equals("IsDeleted")) {
                row.set(name, value(types.getOrDefault(name, "string"), text));
            }
        });
        return row;
    }

    private static JsonNode value(String type, String text) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (text == null || text.isEmpty()) {
            return make.nullNode();
        }
        try {
            if (INTEGERS.contains(type)) {
                return make.numberNode(new BigDecimal(text).longValueExact());
            }
            if (NUMBERS.contains(type)) {
                return make.numberNode(new BigDecimal(text));
            }
        } catch (ArithmeticException | NumberFormatException e) {
            return make.textNode(text);
        }
        return switch (type) {
            case "boolean" -> make.booleanNode(Boolean.parseBoolean(text));
            case "datetime" -> make.textNode(iso(text));
            default -> make.textNode(text);
        };
    }

    private static String iso(String text) {
        int zone = text.length() - ZONE_DIGITS;
        return text.endsWith("+0000") && zone > 0 ? text.substring(0, zone) + "Z" : text;
    }
}
