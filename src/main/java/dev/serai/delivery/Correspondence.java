package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;

/**
 * A request and its answer, for a dead letter: without what is secret, and without the other events of the request.
 *
 * @param answer null if there was none
 */
record Correspondence(HttpCall call, HttpAnswer answer) {

    private static final int LONGEST_ANSWER = 10_000;

    /** {@code {"method","url","headers","items","item"}}; {@code item} is this event's part of the body. */
    ObjectNode request(ConfiguredDestination destination, JsonNode item, int items) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("method", call.method())
                .put("url", destination.mask(call.url().toString()));
        ObjectNode headers = json.putObject("headers");
        call.headers().forEach((name, value) -> headers.put(name, name.equals("authorization") ? "***"
                : destination.mask(value)));
        json.put("items", items);
        json.set("item", masked(destination, item));
        return json;
    }

    /** {@code {"status","headers","body"}}, or null if there was none. */
    ObjectNode response(ConfiguredDestination destination) {
        if (answer == null) {
            return null;
        }
        ObjectNode json = Json.MAPPER.createObjectNode().put("status", answer.status());
        ObjectNode headers = json.putObject("headers");
        answer.headers().forEach((name, value) -> headers.put(name, destination.mask(value)));
        json.put("body", destination.mask(answer.text(LONGEST_ANSWER)));
        return json;
    }

    private static JsonNode masked(ConfiguredDestination destination, JsonNode item) {
        try {
            String written = Json.MAPPER.writeValueAsString(item);
            String masked = destination.mask(written);
            return masked.equals(written) ? item : Json.MAPPER.readTree(masked);
        } catch (java.io.IOException e) {
            return Json.MAPPER.nullNode();
        }
    }
}
