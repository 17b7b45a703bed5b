package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

/** A body as Stripe takes it, {@code metadata[a]=b&items[0][price]=price_1}, as a tree. */
final class Form {

    private static final Pattern NUMBERS = Pattern.compile("(unit_)?amount(_.*)?|.*_amount|quantity|.*_at|.*_end|.*_start|"
            + "start|end|date|due_date|balance|percent.*|.*_percent|duration_in_months|max_redemptions|interval_count|"
            + "days_until_due|exp_month|exp_year|trial_period_days|trial_end|height|length|weight|width");

    private Form() {
    }

    static ObjectNode parse(String body) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        if (!body.isBlank()) {
            for (String pair : body.split("&")) {
                int equals = pair.indexOf('=');
                String key = decode(equals < 0 ? pair : pair.substring(0, equals));
                String[] path = key.replace("]", "").split("\\[", -1);
                ObjectNode at = tree;
                for (int i = 0; i < path.length - 1; i++) {
                    String name = path[i].isEmpty() ? String.valueOf(at.size()) : path[i];
                    at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
                }
                String last = path[path.length - 1];
                at.set(last.isEmpty() ? String.valueOf(at.size()) : last,
                        value(key, last.isEmpty() || last.matches("\\d+") ? path[0] : last,
                                equals < 0 ? "" : decode(pair.substring(equals + 1))));
            }
        }
        return (ObjectNode) arrays(tree);
    }

    /** An empty value is how Stripe is told to unset something. */
    private static JsonNode value(String key, String name, String text) {
        if (key.startsWith("metadata[")) {
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
        if (text.isEmpty()) {
            return Json.MAPPER.nullNode();
        }
        if (text.equals("true") || text.equals("false")) {
            return Json.MAPPER.getNodeFactory().booleanNode(text.equals("true"));
        }
        if (NUMBERS.matcher(name).matches() && text.matches("-?\\d{1,18}")) {
            return Json.MAPPER.getNodeFactory().numberNode(Long.parseLong(text));
        }
        return NUMBERS.matcher(name).matches() && text.matches("-?\\d{1,18}\\.\\d+")
                ? Json.MAPPER.getNodeFactory().numberNode(new BigDecimal(text)) : Json.MAPPER.getNodeFactory().textNode(text);
    }

    /** Objects whose names are 0, 1, 2... were arrays. */
    private static JsonNode arrays(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        boolean isArray = !object.isEmpty();
        for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext();) {
            Map.Entry<String, JsonNode> field = fields.next();
            field.setValue(arrays(field.getValue()));
            isArray &= field.getKey().matches("\\d+");
        }
        if (!isArray) {
            return object;
        }
        ArrayNode array = Json.MAPPER.createArrayNode();
        object.forEach(array::add);
        return array;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
