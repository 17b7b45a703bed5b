package dev.serai.sandbox.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Amplitude's HTTP V2 API, and its Group Identify API. One bad event refuses the whole request, and so does one user who is
 * too fast; both are named by their places. An {@code insert_id} counts once in 7 days for the same user or device and event.
 */
public final class AmplitudeFake extends DestinationFake {

    public static final String API_KEY = "sandbox-amplitude-key";

    private static final int MOST_EVENTS = 2000;
    private static final int LESS_THAN_BYTES = 1024 * 1024;
    private static final int USERS_EVENTS_PER_SECOND = 30;
    private static final int MOST_GROUPS = 1024;
    private static final int MIN_ID_LENGTH = 5;
    private static final List<String> OBJECTS = List.of("event_properties", "user_properties", "groups", "group_properties");
    private static final List<String> NUMBERS = List.of("time", "price", "quantity", "revenue", "session_id", "location_lat",
            "location_lng");
    private static final List<String> TEXTS = List.of("insert_id", "user_id", "device_id", "event_type");

    private final Allowance rate;

    public AmplitudeFake(SandboxClock clock, Faults faults) {
        super("amplitude", clock, faults, Duration.ofDays(7));
        this.rate = new Allowance(clock, USERS_EVENTS_PER_SECOND, Duration.ofSeconds(1));
    }

    @Override
    public String credentials() {
        return "apiKey " + API_KEY;
    }

    @Override
    SandboxAnswer take(Call call) {
        if (call.line().equals("POST /groupidentify")) {
            return groups(call);
        }
        if (!call.line().equals("POST /2/httpapi")) {
            throw refused(404, "Not found");
        }
        atMost(LESS_THAN_BYTES - 1, call);
        JsonNode body = json(call);
        if (!body.path("api_key").asText().equals(API_KEY)) {
            throw missing(body.has("api_key") ? "Invalid API key: " + body.path("api_key").asText()
                    : "Request missing required field", "api_key");
        }
        if (body.path("events").isEmpty()) {
            throw missing("Request missing required field", "events");
        }
        List<JsonNode> events = items(body, "events");
        if (events.size() > MOST_EVENTS) {
            throw refused(413, "Too many events in request");
        }
        int shortest = body.path("options").path("min_id_length").asInt(MIN_ID_LENGTH);
        List<Flaw> flaws = flaws(call, events, event -> flaw(event, shortest));
        if (!flaws.isEmpty()) {
            throw invalid(flaws);
        }
        throttle(events);
        events.forEach(event -> record("events", id(event), event));
        return SandboxAnswer.json(200, object().put("code", 200).put("events_ingested", events.size())
                .put("payload_size_bytes", call.body().length).put("server_upload_time", clock.millis()));
    }

    /** A form, and an answer in a word. It names no places: one bad group refuses all. */
    private SandboxAnswer groups(Call call) {
        atMost(LESS_THAN_BYTES - 1, call);
        Map<String, String> form = call.form();
        if (!form.getOrDefault("api_key", "").equals(API_KEY)) {
            throw refused(400, "Invalid API key: " + form.get("api_key"));
        }
        JsonNode body;
        try {
            body = Json.MAPPER.readTree(form.getOrDefault("identification", ""));
        } catch (JsonProcessingException e) {
            throw refused(400, "identification is not JSON");
        }
        List<JsonNode> groups = body.isArray() ? list(body) : List.of(body);
        if (groups.isEmpty() || groups.size() > MOST_GROUPS) {
            throw refused(groups.isEmpty() ? 400 : 413, "1 to " + MOST_GROUPS + " groups are allowed");
        }
        List<Flaw> flaws = flaws(call, groups, AmplitudeFake::groupFlaw);
        if (!flaws.isEmpty()) {
            throw refused(400, flaws.get(0).message());
        }
        groups.forEach(group -> record("groups", null, group));
        return SandboxAnswer.text(200, "text/html", "success");
    }

    private static Optional<Flaw> groupFlaw(JsonNode group) {
        return isText(group.path("group_type")) && isId(group.path("group_value")) && group.path("group_properties").isObject()
                ? Optional.empty() : Flaw.of("missing", "", "a group needs group_type, group_value and group_properties");
    }

    private static Optional<Flaw> flaw(JsonNode event, int shortest) {
        if (!event.isObject() || event.path("event_type").isMissingNode() || event.path("event_type").asText().isEmpty()) {
            return Flaw.of("missing", "event_type", "Request missing required field");
        }
        for (String field : TEXTS) {
            if (!event.path(field).isMissingNode() && !event.path(field).isNull() && !event.path(field).isTextual()) {
                return Flaw.of("invalid", field, "Invalid field values on some events");
            }
        }
        if (!event.hasNonNull("user_id") && !event.hasNonNull("device_id")) {
            return Flaw.of("missing", "user_id", "Request missing required field");
        }
        for (String field : List.of("user_id", "device_id")) {
            if (event.hasNonNull(field) && event.path(field).asText().length() < shortest) {
                return Flaw.of("id_length", field, "Invalid id length for user_id or device_id");
            }
        }
        for (String field : NUMBERS) {
            if (event.hasNonNull(field) && !event.path(field).isNumber()) {
                return Flaw.of("invalid", field, "Invalid field values on some events");
            }
        }
        for (String field : OBJECTS) {
            if (event.hasNonNull(field) && !event.path(field).isObject()) {
                return Flaw.of("invalid", field, "Invalid field values on some events");
            }
        }
        // seconds where milliseconds belong are in 1970
        return event.hasNonNull("time") && event.path("time").asLong() < 100_000_000_000L
                ? Flaw.of("invalid", "time", "Invalid field values on some events") : Optional.empty();
    }

    private Refused missing(String error, String field) {
        return new Refused(SandboxAnswer.json(400, object().put("code", 400).put("error", error).put("missing_field", field)));
    }

    private static Refused invalid(List<Flaw> flaws) {
        ObjectNode body = object().put("code", 400).put("error", flaws.get(0).message()).putNull("missing_field");
        ObjectNode invalid = body.putObject("events_with_invalid_fields");
        ObjectNode missing = body.putObject("events_with_missing_fields");
        ObjectNode lengths = body.putObject("events_with_invalid_id_lengths");
        body.putArray("silenced_events");
        for (Flaw flaw : flaws) {
            ObjectNode group = switch (flaw.reason()) {
                case "missing" -> missing;
                case "id_length" -> lengths;
                default -> invalid;
            };
            group.withArray("/" + flaw.field()).add(flaw.index());
        }
        return new Refused(SandboxAnswer.json(400, body));
    }

    private void throttle(List<JsonNode> events) {
        Map<String, Integer> wanted = new TreeMap<>();
        for (JsonNode event : events) {
            for (String field : List.of("user_id", "device_id")) {
                if (event.hasNonNull(field)) {
                    wanted.merge(field + event.path(field).asText(), 1, Integer::sum);
                }
            }
        }
        List<String> over = rate.take(wanted);
        if (over.isEmpty()) {
            return;
        }
        ObjectNode body = throttled();
        over.forEach(key -> body.withObject(key.startsWith("user_id") ? "/throttled_users" : "/throttled_devices")
                .put(key.replaceFirst("^(user|device)_id", ""), wanted.get(key)));
        IntStream.range(0, events.size())
                .filter(i -> over.contains("user_id" + events.get(i).path("user_id").asText())
                        || over.contains("device_id" + events.get(i).path("device_id").asText()))
                .forEach(body.withArray("/throttled_events")::add);
        throw new Refused(SandboxAnswer.json(429, body));
    }

    private static ObjectNode throttled() {
        ObjectNode body = object().put("code", 429).put("error", "Too many requests for some devices and users")
                .put("eps_threshold", USERS_EVENTS_PER_SECOND);
        body.putObject("throttled_devices");
        body.putObject("throttled_users");
        body.putArray("throttled_events");
        return body;
    }

    private static String id(JsonNode event) {
        return event.hasNonNull("insert_id") ? String.join("\n", event.path("insert_id").asText(),
                event.path("user_id").asText(), event.path("device_id").asText(), event.path("event_type").asText()) : null;
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, status == 429 ? throttled() : object().put("code", status).put("error", message));
    }
}
