package dev.serai.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form's body. {@code data[merges][EMAIL]=x} is the field EMAIL of merges of data; a name that comes twice is an array.
 */
final class Form {

    private static final Pattern PART = Pattern.compile("\\[([^\\[\\]]*)]");
    private static final int MAX_DEPTH = 20;

    private Form() {
    }

    /** Names and values, decoded, in their order. What is not encoded as it should be stays as it is. */
    static List<Map.Entry<String, String>> parse(byte[] body) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                fields.add(Map.entry(decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1))));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** The value of a parameter; null if there is none. */
    static String value(List<Map.Entry<String, String>> fields, String name) {
        return fields.stream().filter(field -> field.getKey().equals(name)).map(Map.Entry::getValue).findFirst()
                .orElse(null);
    }

    static ObjectNode toJson(List<Map.Entry<String, String>> fields) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, String> field : fields) {
            List<String> path = path(field.getKey());
            ObjectNode at = root;
            for (String part : path.subList(0, path.size() - 1)) {
                JsonNode inner = at.get(part);
                // data=1&data[id]=2: what comes later counts
                at = inner instanceof ObjectNode object ? object : at.putObject(part);
            }
            add(at, path.get(path.size() - 1), field.getValue());
        }
        return root;
    }

    private static void add(ObjectNode to, String name, String value) {
        JsonNode before = to.get(name);
        if (before == null || before.isObject()) {
            to.put(name, value);
        } else if (before instanceof ArrayNode values) {
            values.add(value);
        } else {
            to.set(name, Json.MAPPER.createArrayNode().add(before).add(TextNode.valueOf(value)));
        }
    }

    private static List<String> path(String name) {
        int bracket = name.indexOf('[');
        if (bracket <= 0 || !name.endsWith("]")) {
            return List.of(name);
        }
        List<String> parts = new ArrayList<>(List.of(name.substring(0, bracket)));
        Matcher part = PART.matcher(name);
        int end = bracket;
        while (part.find() && part.start() == end) {
            // items[] is one more of items
            if (!part.group(1).isEmpty()) {
                parts.add(part.group(1));
            }
            end = part.end();
        }
        return end == name.length() && parts.size() <= MAX_DEPTH ? parts : List.of(name);
    }
}
