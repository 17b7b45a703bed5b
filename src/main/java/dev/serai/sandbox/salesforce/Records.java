package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import java.util.Collection;
import java.util.List;

/** Rows as the REST API shows them: with attributes, with nulls, compounds put together from their parts. */
final class Records {

    private static final List<String> ADDRESS = List.of("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude",
            "PostalCode",
            "State", "Street");

    private Records() {
    }

    static ObjectNode record(SObject sobject, Collection<Field> fields, ObjectNode row, String base) {
        ObjectNode shown = Json.MAPPER.createObjectNode();
        String url = base + "/sobjects/" + sobject.name() + "/" + row.path("Id").asText();
        shown.putObject("attributes").put("type", sobject.name()).put("url", url);
        for (Field field : fields) {
            shown.set(field.name(), value(field, row, url));
        }
        return shown;
    }

    private static JsonNode value(Field field, ObjectNode row, String url) {
        if (field.type() == FieldType.BASE64) {
            return TextNode.valueOf(url + "/" + field.name());
        }
        if (field.type().isCompound()) {
            return compound(field, row);
        }
        JsonNode value = row.get(field.name());
        return value == null ? NullNode.getInstance() : value;
    }

    private static JsonNode compound(Field field, ObjectNode row) {
        ObjectNode whole = Json.MAPPER.createObjectNode();
        if (field.type() == FieldType.LOCATION) {
            String stem = field.name().replaceAll("__c$", "");
            whole.set("latitude", row.get(stem + "__Latitude__s"));
            whole.set("longitude", row.get(stem + "__Longitude__s"));
        } else {
            String stem = field.name().replaceAll("Address$", "");
            for (String part : ADDRESS) {
                whole.set(Character.toLowerCase(part.charAt(0)) + part.substring(1), row.get(stem + part));
            }
        }
        for (JsonNode part : whole) {
            if (!part.isNull()) {
                return whole;
            }
        }
        return NullNode.getInstance();
    }
}
