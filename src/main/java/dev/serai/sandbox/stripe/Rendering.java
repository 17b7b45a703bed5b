package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the store holds as the API shows it: fields that begin with an underscore are left out, lists that belong to an
 * object are put in, and ids become objects where the request says {@code expand[]}.
 */
final class Rendering {

    private static final int DEEPEST_EXPANSION = 4;

    private final Function<ObjectType, Shelf> shelves;

    Rendering(Function<ObjectType, Shelf> shelves) {
        this.shelves = shelves;
    }

    ObjectNode render(ObjectNode node) {
        ObjectNode shown = node.deepCopy();
        for (Iterator<String> names = shown.fieldNames(); names.hasNext();) {
            if (names.next().startsWith("_")) {
                names.remove();
            }
        }
        ObjectType.ofObject(node.path("object").asText()).ifPresent(type -> Nested.of(type)
                .filter(nested -> nested.always).forEach(nested -> shown.set(nested.name, list(nested, node))));
        return shown;
    }

    private ObjectNode list(Nested nested, ObjectNode parent) {
        ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        var rows = nested.rows(shelves, parent.get("id").textValue());
        rows.values().stream().limit(Nested.EMBEDDED).forEach(row -> data.add(render(row.node())));
        return list.put("has_more", rows.size() > Nested.EMBEDDED).put("url", nested.url(parent));
    }

    /** @param path as in the request, without {@code data.} of a list */
    void expand(ObjectNode shown, String path) {
        List<String> names = new ArrayList<>(Arrays.asList(path.split("\\.")));
        if (names.stream().filter(name -> !name.equals("data")).count() > DEEPEST_EXPANSION) {
            throw Refusal.badRequest("You cannot expand more than " + DEEPEST_EXPANSION + " levels of a property.", "expand");
        }
        expand(shown, names, path);
    }

    private void expand(JsonNode shown, List<String> names, String path) {
        if (shown.isArray()) {
            for (int i = 0; i < shown.size(); i++) {
                JsonNode one = expanded(shown.get(i)).orElse(null);
                if (one != null) {
                    ((ArrayNode) shown).set(i, one);
                }
                expand(shown.get(i), names, path);
            }
            return;
        }
        if (names.isEmpty() || !shown.isObject()) {
            return;
        }
        ObjectNode parent = (ObjectNode) shown;
        String name = names.get(0);
        if (!parent.has(name)) {
            ObjectType type = ObjectType.ofObject(parent.path("object").asText()).orElse(null);
            Nested nested = Optional.ofNullable(type).flatMap(of -> Nested.of(of, name)).orElseThrow(() -> Refusal.badRequest(
                    "This property cannot be expanded (" + path + ").", "expand"));
            parent.set(name, list(nested, parent));
        } else {
            expanded(parent.get(name)).ifPresent(object -> parent.set(name, object));
        }
        expand(parent.get(name), names.subList(1, names.size()), path);
    }

    private Optional<JsonNode> expanded(JsonNode id) {
        return id.isTextual() ? find(id.textValue()).map(this::render) : Optional.empty();
    }

    private Optional<ObjectNode> find(String id) {
        return ObjectType.ofId(id).flatMap(type -> shelves.apply(type).find(id));
    }
}
