package dev.serai.sample;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.serai.model.Json;
import dev.serai.partner.Partner;
import dev.serai.partner.Webhook;
import dev.serai.partner.Webhook.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * {@code in.http} from what a dead letter has kept of a webhook: an item of the body, or a body that could not be read. What
 * stood around the item comes from the folder, what the partner shows as its secret from {@code samples/settings.properties}.
 */
final class WebhookSample {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MAPPING = "kamelet:map-events-action";

    private final Partner partner;
    private final Webhook webhook;
    private final Map<String, String> settings;
    private final List<String> notes = new ArrayList<>();

    WebhookSample(Partner partner) throws IOException {
        this.partner = partner;
        this.webhook = partner.source().orElseThrow().webhook();
        this.settings = SampleSettings.of(partner);
    }

    /** What the sample still needs, for the person who saves it. */
    List<String> notes() {
        return notes;
    }

    /** The file's text. */
    String of(byte[] raw, Masking masking) {
        String text = new String(raw, StandardCharsets.UTF_8);
        JsonNode body = json(text);
        if (body == null) {
            notes.add("The body is no JSON, so less of it is known for personal: look at every word of it.");
        } else {
            body = masking.mask(around(body));
        }
        String address = "/webhooks/" + partner.slug();
        StringBuilder head = new StringBuilder("Content-Type: application/json\n");
        for (Webhook.Secret secret : webhook.secrets()) {
            String value = settings.getOrDefault(secret.setting(), "").split("[\\s,]+")[0];
            if (value.isEmpty()) {
                continue;
            }
            switch (secret.in().where()) {
                case HEADER -> head.append(secret.in().name()).append(": ").append(value).append('\n');
                case BEARER -> head.append("Authorization: Bearer ").append(value).append('\n');
                case BASIC -> head.append("Authorization: Basic ")
                        .append(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))).append('\n');
                case PATH -> address = "/webhooks/" + partner.slug() + "/" + partner.slug() + "/" + value;
                case BODY -> put(body, secret.in().name(), value);
            }
        }
        webhook.signature().filter(signature -> !settings.getOrDefault(signature.setting(), "").isEmpty()).ifPresent(signature ->
                notes.add("It must be signed with '" + signature.setting() + "' of samples/settings.properties, in "
                        + signature.from().name() + ", over the body as it is now."));
        if (!webhook.headers().isEmpty()) {
            notes.add("The mapping sees headers that a dead letter does not keep: " + String.join(", ", webhook.headers())
                    + "; add those that it needs.");
        }
        return "POST " + address + "\n" + head + "\n" + (body == null ? masking.mask(text) : written(body)) + "\n";
    }

    /** An item goes back into the member of the body that holds the items. */
    private JsonNode around(JsonNode item) {
        String items = items();
        if (items.isEmpty() || item.isObject() && item.path(items).isArray()) {
            return item;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray(items).add(item);
        return body;
    }

    private String items() {
        for (Path route : partner.routes()) {
            try {
                for (JsonNode step : YAML.readTree(route.toFile()).findParents("uri")) {
                    if (step.path("uri").asText().equals(MAPPING)) {
                        return step.path("parameters").path("items").asText("");
                    }
                }
            } catch (IOException e) {
                // told where routes are loaded
            }
        }
        return "";
    }

    private static void put(JsonNode body, String pointer, String value) {
        JsonPointer place = JsonPointer.compile(pointer);
        if (body != null && place.head() != null && body.at(place.head()) instanceof ObjectNode object) {
            object.put(place.last().getMatchingProperty(), value);
        }
    }

    private String written(JsonNode body) {
        try {
            // NDJSON is one object a line
            return webhook.format() == Format.NDJSON ? Json.MAPPER.writeValueAsString(body) : SampleJson.pretty(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** Null if it is none. */
    private static JsonNode json(String text) {
        try {
            JsonNode tree = Json.MAPPER.readTree(text);
            return tree != null && tree.isContainerNode() ? tree : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
