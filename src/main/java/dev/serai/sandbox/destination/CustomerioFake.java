package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Customer.io's Track API v2. A batch is taken but for its bad items, which a 207 names by their places; a single operation
 * is taken or gets a 400. An {@code id} of an event counts once.
 */
public final class CustomerioFake extends DestinationFake {

    public static final String SITE_ID = "sandbox-site";
    public static final String API_KEY = "sandbox-customerio-key";

    private static final int MOST_ITEMS = 1000;
    private static final int MOST_BYTES = 500 * 1024;
    private static final int MOST_ITEM_BYTES = 32 * 1024;
    private static final int MOST_NAME_BYTES = 100;
    private static final int MOST_ID_BYTES = 150;
    private static final int MOST_VALUE_BYTES = 1000;
    /** Times are seconds: this many are in the year 5138. */
    private static final long NO_SECONDS = 100_000_000_000L;
    private static final Set<String> EVENTS = Set.of("event", "page", "screen");
    private static final Map<String, Set<String>> ACTIONS = Map.of(
            "person", Set.of("identify", "delete", "event", "page", "screen", "add_relationships", "delete_relationships",
                    "add_device", "delete_device", "merge", "suppress", "unsuppress"),
            "object", Set.of("identify", "identify_anonymous", "delete", "add_relationships", "delete_relationships"),
            "delivery", Set.of("event"));

    private final Allowance requests;

    public CustomerioFake(SandboxClock clock, Faults faults) {
        super("customerio", clock, faults, FOR_EVER);
        this.requests = new Allowance(clock, 3000, Duration.ofSeconds(3));
    }

    @Override
    public String credentials() {
        return "siteId " + SITE_ID + ", apiKey " + API_KEY;
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!call.hasBasic(SITE_ID, API_KEY)) {
            throw refused(401, "unauthorized");
        }
        boolean isBatch = call.line().equals("POST /api/v2/batch");
        if (!isBatch && !call.line().equals("POST /api/v2/entity")) {
            throw refused(404, "not found");
        }
        within(requests, "");
        atMost(isBatch ? MOST_BYTES : MOST_ITEM_BYTES, call);
        JsonNode body = json(call);
        List<JsonNode> items = isBatch ? items(body, "batch") : List.of(body);
        if (items.isEmpty() || items.size() > MOST_ITEMS) {
            throw refused(400, "malformed request");
        }
        List<Flaw> flaws = flaws(call, items, CustomerioFake::flaw);
        sound(items, flaws).forEach(item -> record(item.path("action").asText(), text(item.path("id")), item));
        ObjectNode answer = object();
        flaws.forEach(flaw -> {
            ObjectNode error = answer.withArray("/errors").addObject();
            if (isBatch) {
                error.put("batch_index", flaw.index());
            }
            error.put("reason", flaw.reason()).put("field", flaw.field()).put("message", flaw.message());
        });
        return SandboxAnswer.json(flaws.isEmpty() ? 200 : isBatch ? 207 : 400, answer);
    }

    private static Optional<Flaw> flaw(JsonNode item) {
        String type = item.path("type").asText();
        String action = item.path("action").asText();
        if (bytes(item) > MOST_ITEM_BYTES) {
            return Flaw.of("invalid", "", "exceeds 32 KB");
        }
        if (!ACTIONS.containsKey(type)) {
            return Flaw.of("invalid", "type", "must be person, object or delivery");
        }
        if (!ACTIONS.get(type).contains(action)) {
            return Flaw.of("invalid", "action", "is not an action of the type " + type);
        }
        Optional<Flaw> who = identifiers(type, action, item);
        if (who.isPresent()) {
            return who;
        }
        if (EVENTS.contains(action) && !type.equals("delivery") && !isText(item.path("name"))) {
            return Flaw.of("required", "name", "is required");
        }
        if (utf8(item.path("name")) > MOST_NAME_BYTES && action.equals("event")) {
            return Flaw.of("invalid", "name", "exceeds 100 bytes");
        }
        JsonNode time = item.path("timestamp");
        if (!time.isMissingNode() && (!time.isIntegralNumber() || time.asLong() < 0 || time.asLong() > NO_SECONDS)) {
            return Flaw.of("invalid", "timestamp", "must be seconds");
        }
        return action.equals("identify") ? attributes(item) : Optional.empty();
    }

    private static Optional<Flaw> identifiers(String type, String action, JsonNode item) {
        if (action.equals("merge")) {
            return Stream.of("primary", "secondary").filter(side -> !isPerson(item.path(side))).findFirst()
                    .flatMap(side -> Flaw.of("invalid", side, "does not exist"));
        }
        JsonNode identifiers = item.path("identifiers");
        boolean isKnown = switch (type) {
            case "object" -> isId(identifiers.path("object_type_id")) && isId(identifiers.path("object_id"))
                    || isText(identifiers.path("cio_object_id"));
            // an anonymous person has events, but nothing else
            case "person" -> isPerson(identifiers) || EVENTS.contains(action)
                    && (isText(identifiers.path("anonymous_id")) || isText(item.path("anonymous_id")));
            default -> true;
        };
        if (!isKnown) {
            return Flaw.of("required", "identifiers", "must have one of id, email and cio_id");
        }
        return identifiers.properties().stream().filter(one -> utf8(one.getValue()) > MOST_ID_BYTES).findFirst()
                .flatMap(one -> Flaw.of("invalid", "identifiers." + one.getKey(), "exceeds 150 bytes"));
    }

    private static boolean isPerson(JsonNode identifiers) {
        return Stream.of("id", "email", "cio_id").filter(field -> isId(identifiers.path(field))).count() == 1;
    }

    private static Optional<Flaw> attributes(JsonNode item) {
        return item.path("attributes").properties().stream()
                .filter(one -> one.getValue().isTextual() && utf8(one.getValue()) > MOST_VALUE_BYTES).findFirst()
                .flatMap(one -> Flaw.of("invalid", "attributes." + one.getKey(), "exceeds 1000 bytes"));
    }

    private static int utf8(JsonNode text) {
        return text.asText().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    SandboxAnswer error(int status, String message) {
        ObjectNode body = object();
        if (status == 401 || status == 403) {
            body.putObject("meta").put("error", message);
        } else {
            body.putArray("errors").addObject().put("reason", "invalid").put("field", "").put("message", message);
        }
        return SandboxAnswer.json(status, body);
    }
}
