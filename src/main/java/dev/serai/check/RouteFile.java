package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.partner.Places;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * A {@code *.camel.yaml}, read.
 *
 * @param path   where it is
 * @param tree   an array of routes, unless the schema complains
 * @param places where everything in it stands
 */
record RouteFile(Path path, JsonNode tree, Places places) {

    static final String ENDING = ".camel.yaml";

    /** As its route must be called. */
    String name() {
        String file = path.getFileName().toString();
        return file.substring(0, file.length() - ENDING.length());
    }

    /** Every node of the tree with its place, a parent before its children. */
    void forEach(BiConsumer<JsonPointer, JsonNode> visit) {
        walk(JsonPointer.empty(), tree, visit);
    }

    static void walk(JsonPointer at, JsonNode node, BiConsumer<JsonPointer, JsonNode> visit) {
        visit.accept(at, node);
        node.fields().forEachRemaining(field -> walk(at.appendProperty(field.getKey()), field.getValue(), visit));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(at.appendIndex(i), node.get(i), visit);
            }
        }
    }

    /** The name of the member that a place is; empty for an element of an array. */
    static String member(JsonPointer at) {
        JsonPointer last = at.last();
        return last == null || last.mayMatchElement() ? "" : last.getMatchingProperty();
    }
}
