package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/**
 * Makes texts such that a database with a limit of bytes takes them: U+0000 becomes U+FFFD, half a surrogate pair
 * becomes {@code ?}, and what is too long is cut between two characters. The JSON object of {@link Table#MORE} loses
 * whole members instead, so that it can be read again.
 */
final class Texts {

    private Texts() {
    }

    static String fit(String text, int maxBytes) {
        String clean = clean(text);
        // no character of a Java string takes more than three bytes
        return clean.length() <= maxBytes / 3 ? clean : cut(clean, maxBytes);
    }

    static String fitObject(String json, int maxBytes) {
        String clean = clean(json);
        if (bytes(clean) <= maxBytes) {
            return clean;
        }
        ObjectNode kept = Json.MAPPER.createObjectNode();
        int size = 2;
        for (Iterator<Map.Entry<String, JsonNode>> members = object(clean).fields(); members.hasNext();) {
            Map.Entry<String, JsonNode> member = members.next();
            ObjectNode alone = Json.MAPPER.createObjectNode().set(member.getKey(), member.getValue());
            int more = bytes(alone.toString()) - 1;
            if (size + more <= maxBytes) {
                kept.set(member.getKey(), member.getValue());
                size += more;
            }
        }
        return kept.toString();
    }

    private static JsonNode object(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was written as JSON cannot be read again", e);
        }
    }

    private static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return new String(text.replace('\0', '\uFFFD').getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    private static String cut(String text, int maxBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return text;
        }
        int end = maxBytes;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
