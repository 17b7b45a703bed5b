package dev.serai.sync;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sync.SyncFault.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the records of an answer in one pass over its bytes, without making trees of them: where each begins and ends,
 * and apart from them what the answer says about paging.
 *
 * @param items the records, in the answer's order
 * @param rest  the answer without its records
 */
record AnswerReader(List<Item> items, ObjectNode rest) {

    /**
     * @param records where the array of records is, with dots between; empty if the answer is that array
     * @param wanted  fields of each record that will be asked for
     * @throws SyncFault TRANSIENT if the answer is no whole JSON: it was cut short; REFUSED if it has another form
     */
    static AnswerReader read(byte[] body, String records, Set<String> wanted) throws SyncFault {
        List<Item> items = new ArrayList<>();
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(body)) {
            JsonToken first = parser.nextToken();
            ObjectNode rest = Json.MAPPER.createObjectNode();
            boolean found;
            if (records.isEmpty() && first == JsonToken.START_ARRAY) {
                elements(parser, body, wanted, items);
                found = true;
            } else if (first == JsonToken.START_OBJECT) {
                found = object(parser, body, records, wanted, items, rest);
            } else {
                throw new SyncFault(first == null ? Kind.TRANSIENT : Kind.REFUSED, "the answer is no JSON object");
            }
            if (parser.nextToken() != null) {
                throw new SyncFault(Kind.REFUSED, "there is more after the answer's JSON");
            }
            if (!found) {
                throw new SyncFault(Kind.REFUSED, "the answer has no array '" + records + "'");
            }
            return new AnswerReader(items, rest);
        } catch (IOException e) {
            throw new SyncFault(Kind.TRANSIENT, "the answer was cut short or is no JSON: " + e.getMessage(), null, e);
        }
    }

    private static boolean object(JsonParser parser, byte[] body, String records, Set<String> wanted, List<Item> items,
            ObjectNode rest) throws IOException {
        int dot = records.indexOf('.');
        String here = dot < 0 ? records : records.substring(0, dot);
        boolean found = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals(here) && dot < 0 && token == JsonToken.START_ARRAY) {
                elements(parser, body, wanted, items);
                found = true;
            } else if (name.equals(here) && dot >= 0 && token == JsonToken.START_OBJECT) {
                found |= object(parser, body, records.substring(dot + 1), wanted, items, rest.putObject(name));
            } else {
                rest.set(name, parser.<JsonNode>readValueAsTree());
            }
        }
        return found;
    }

    private static void elements(JsonParser parser, byte[] body, Set<String> wanted, List<Item> items) throws IOException {
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return;
            }
            if (token == null) {
                throw new IOException("the array does not end");
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            ObjectNode known = Json.MAPPER.createObjectNode();
            if (token == JsonToken.START_OBJECT) {
                fields(parser, wanted, known);
            } else {
                parser.skipChildren();
            }
            items.add(Item.at(body, from, (int) parser.currentLocation().getByteOffset(), known));
        }
    }

    private static void fields(JsonParser parser, Set<String> wanted, ObjectNode known) throws IOException {
        int missing = wanted.size();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            // when all are found, names are not looked at any more
            boolean isWanted = missing > 0 && wanted.contains(parser.currentName());
            if (isWanted) {
                String name = parser.currentName();
                parser.nextToken();
                known.set(name, parser.<JsonNode>readValueAsTree());
                missing--;
            } else if (parser.nextToken().isStructStart()) {
                parser.skipChildren();
            }
        }
    }

    /** A field of the answer, with dots between. */
    JsonNode field(String dotted) {
        return field(rest, dotted);
    }

    static JsonNode field(JsonNode of, String dotted) {
        JsonNode node = of;
        for (String name : dotted.split("\\.")) {
            node = node.path(name);
        }
        return node;
    }
}
