package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Mixpanel's import of events and its profiles of users and groups. An import takes what it can and names the rest with a
 * 400; a request of profiles is refused as a whole with a 200 and status 0. An event counts once by its
 * {@code $insert_id}, user, time and name.
 */
public final class MixpanelFake extends DestinationFake {

    public static final String USERNAME = "sandbox-user";
    public static final String SECRET = "sandbox-mixpanel-secret";
    public static final String PROJECT_ID = "1000001";
    public static final String TOKEN = "sandbox-mixpanel-token";

    private static final int MOST_ITEMS = 2000;
    private static final int MOST_BYTES = 10 * 1024 * 1024;
    private static final Map<Integer, String> WORDS = Map.of(200, "OK", 400, "Bad Request", 401, "Unauthorized",
            403, "Forbidden", 404, "Not Found", 413, "Request Entity Too Large", 429, "Too Many Requests",
            503, "Service Unavailable");

    private final Allowance events;

    public MixpanelFake(SandboxClock clock, Faults faults) {
        super("mixpanel", clock, faults, FOR_EVER);
        // 30,000 a second, over a minute
        this.events = new Allowance(clock, 30_000 * 60, Duration.ofMinutes(1));
    }

    @Override
    public String credentials() {
        return "username " + USERNAME + ", secret " + SECRET + ", projectId " + PROJECT_ID + ", token " + TOKEN;
    }

    @Override
    SandboxAnswer take(Call call) {
        return switch (call.line()) {
            case "POST /import" -> imported(call);
            case "POST /engage" -> profiles(call, "engage");
            case "POST /groups" -> profiles(call, "groups");
            default -> throw refused(404, "not found");
        };
    }

    private SandboxAnswer imported(Call call) {
        if (!call.hasBasic(TOKEN, "")) {
            if (!call.hasBasic(USERNAME, SECRET)) {
                throw refused(401, "Invalid credentials");
            }
            if (!call.request().parameter("project_id").orElse("").equals(PROJECT_ID)) {
                throw refused(call.request().query().containsKey("project_id") ? 403 : 400,
                        "project_id is missing, or not of this service account");
            }
        }
        atMost(MOST_BYTES, call);
        List<JsonNode> items = array(call);
        if (!events.take(Map.of("", items.size())).isEmpty()) {
            throw new Refused(tooMany(events.secondsLeft()));
        }
        MixpanelEvent rule = new MixpanelEvent(clock.instant());
        List<Flaw> flaws = flaws(call, items, rule);
        List<JsonNode> sound = sound(items, flaws);
        sound.forEach(event -> record("import", MixpanelEvent.id(event), event));
        // without strict=1 the bad ones are dropped in silence
        if (flaws.isEmpty() || !call.request().parameter("strict").orElse("1").equals("1")) {
            return SandboxAnswer.json(200, object().put("code", 200).put("num_records_imported", sound.size())
                    .put("status", "OK"));
        }
        ObjectNode body = object().put("code", 400).put("error", "some data points in the request failed validation")
                .put("status", "Bad Request").put("num_records_imported", sound.size());
        flaws.forEach(flaw -> body.withArray("/failed_records").addObject().put("index", flaw.index())
                .put("insert_id", items.get(flaw.index()).path("properties").path("$insert_id").asText())
                .put("field", flaw.field()).put("message", flaw.message()));
        return SandboxAnswer.json(400, body);
    }

    private SandboxAnswer profiles(Call call, String kind) {
        atMost(MOST_BYTES, call);
        List<JsonNode> updates = array(call);
        if (updates.stream().anyMatch(update -> isText(update.path("$token"))
                && !update.path("$token").asText().equals(TOKEN))) {
            throw refused(401, "Invalid token");
        }
        List<Flaw> flaws = flaws(call, updates, update -> profile(update, kind));
        if (flaws.isEmpty()) {
            updates.forEach(update -> record(kind, null, update));
        }
        int status = flaws.isEmpty() ? 1 : 0;
        boolean isVerbose = call.request().parameter("verbose").orElse("0").equals("1");
        return isVerbose ? SandboxAnswer.json(200, object()
                .put("error", flaws.isEmpty() ? null : "data, " + flaws.get(0).message()).put("status", status))
                : SandboxAnswer.text(200, "application/json", Integer.toString(status));
    }

    private static Optional<Flaw> profile(JsonNode update, String kind) {
        List<String> ids = kind.equals("groups") ? List.of("$token", "$group_key", "$group_id")
                : List.of("$token", "$distinct_id");
        Optional<String> missing = ids.stream().filter(field -> !isId(update.path(field))).findFirst();
        if (missing.isPresent()) {
            return Flaw.of("", missing.get(), "missing or empty " + missing.get());
        }
        long verbs = Stream.of("$set", "$set_once", "$add", "$append", "$union", "$remove", "$unset", "$delete")
                .filter(update::has).count();
        return verbs == 1 ? Optional.empty() : Flaw.of("", "", "one of $set, $unset, $union and the like is needed");
    }

    /** One array, or events by lines. */
    private List<JsonNode> array(Call call) {
        List<JsonNode> items;
        if (call.request().header("content-type").orElse("").startsWith("application/x-ndjson")) {
            try (MappingIterator<JsonNode> lines = Json.MAPPER.readerFor(JsonNode.class).readValues(call.body())) {
                items = lines.readAll();
            } catch (IOException e) {
                throw refused(400, "request body is not valid JSON");
            }
        } else {
            JsonNode body = json(call);
            if (!body.isArray()) {
                throw refused(400, "request body is no array");
            }
            items = list(body);
        }
        if (items.size() > MOST_ITEMS) {
            throw refused(413, "request exceeds max limit of " + MOST_ITEMS + " items");
        }
        return items;
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, object().put("code", status)
                .put("error", status == 429 ? "Project exceeded rate limits. Please retry the request with exponential backoff."
                        : message).put("status", WORDS.getOrDefault(status, "Error")));
    }
}
