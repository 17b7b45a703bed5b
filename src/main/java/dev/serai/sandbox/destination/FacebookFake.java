package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Facebook's Custom Audiences and Conversions API. One bad row or event refuses the whole request, with a code and a subcode
 * that say more than the status: too many calls are a 400 too, code 80003. An event counts once by its name and
 * {@code event_id} in 48 hours; who is in an audience twice is in it once, which is not counted.
 */
public final class FacebookFake extends DestinationFake {

    public static final String ACCESS_TOKEN = "sandbox-facebook-token";
    public static final String APP_SECRET = "sandbox-facebook-secret";
    public static final String AUDIENCE_ID = "6000000000001";
    public static final String DATASET_ID = "7000000000001";

    private static final String PROOF = Hashes.hmacHex(APP_SECRET, ACCESS_TOKEN);
    private static final Pattern PATH = Pattern.compile("/v[0-9]+\\.0/([0-9]+)/(users|events)");
    private static final int MOST_ROWS = 10_000;
    private static final int MOST_EVENTS = 1000;

    public FacebookFake(SandboxClock clock, Faults faults) {
        super("facebook", clock, faults, Duration.ofHours(48));
    }

    @Override
    public String credentials() {
        return "accessToken " + ACCESS_TOKEN + ", appSecret " + APP_SECRET + " or none, audienceId " + AUDIENCE_ID
                + ", datasetId " + DATASET_ID;
    }

    @Override
    SandboxAnswer take(Call call) {
        Matcher path = PATH.matcher(call.request().path());
        if (!path.matches()) {
            throw refused(404, "Unknown path components");
        }
        JsonNode body = json(call);
        String token = given(call, body, "access_token")
                .or(() -> call.request().header("authorization").map(text -> text.replaceFirst("^(Bearer|OAuth) ", "")))
                .orElseThrow(() -> graph(400, 104, 0, "An access token is required to request this resource."));
        if (!token.equals(ACCESS_TOKEN)) {
            throw refused(401, "Invalid OAuth access token - Cannot parse access token");
        }
        if (given(call, body, "appsecret_proof").filter(proof -> !proof.equals(PROOF)).isPresent()) {
            throw graph(400, 100, 0, "Invalid appsecret_proof provided in the API argument");
        }
        boolean isAudience = path.group(2).equals("users");
        boolean isAsked = call.request().method().equals("POST") || isAudience && call.request().method().equals("DELETE");
        if (!isAsked || !path.group(1).equals(isAudience ? AUDIENCE_ID : DATASET_ID)) {
            throw refused(404, "Unsupported request. Object with ID '" + path.group(1)
                    + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation");
        }
        return isAudience ? users(call, body) : events(call, body);
    }

    private static Optional<String> given(Call call, JsonNode body, String field) {
        return call.request().parameter(field).or(() -> Optional.ofNullable(text(body.path(field))));
    }

    private SandboxAnswer users(Call call, JsonNode body) {
        JsonNode payload = body.path("payload");
        JsonNode schema = payload.path("schema");
        List<String> columns = schema.isTextual() ? List.of(schema.asText()) 
                : list(schema).stream().map(JsonNode::asText).toList();
        FacebookRow rule = new FacebookRow(columns);
        if (columns.isEmpty() || !rule.unknown().isEmpty()) {
            throw graph(400, 100, 0, "(#100) Param payload[schema] must be of known keys " + rule.unknown());
        }
        List<JsonNode> rows = items(payload, "data");
        if (rows.isEmpty() || rows.size() > MOST_ROWS) {
            throw graph(400, 100, 0, "(#100) Param payload[data] must have 1 to " + MOST_ROWS + " rows");
        }
        refuse(flaws(call, rows, rule));
        String kind = call.request().method().equals("POST") ? "add" : "remove";
        rows.forEach(row -> record(kind, null, rule.named(row)));
        ObjectNode answer = object().put("audience_id", AUDIENCE_ID)
                .put("session_id", body.path("session").path("session_id").asText("1")).put("num_received", rows.size())
                .put("num_invalid_entries", 0);
        answer.putObject("invalid_entry_samples");
        return SandboxAnswer.json(200, answer);
    }

    private SandboxAnswer events(Call call, JsonNode body) {
        List<JsonNode> events = items(body, "data");
        if (events.isEmpty() || events.size() > MOST_EVENTS) {
            throw graph(400, 100, 0, "(#100) Param data must have 1 to " + MOST_EVENTS + " events");
        }
        refuse(flaws(call, events, new FacebookEvent(clock.instant())));
        events.forEach(event -> record("events", event.hasNonNull("event_id")
                ? event.path("event_name").asText() + "\n" + event.path("event_id").asText() : null, event));
        ObjectNode answer = object().put("events_received", events.size());
        answer.putArray("messages");
        return SandboxAnswer.json(200, answer.put("fbtrace_id", "AbSandbox"));
    }

    private static void refuse(List<Flaw> flaws) {
        if (!flaws.isEmpty()) {
            Flaw first = flaws.get(0);
            throw graph(400, 100, first.reason().equals("too_old") ? 2804003 : 0, "Invalid parameter: data[" + first.index()
                    + "]" + (first.field().isEmpty() ? "" : "[" + first.field() + "]") + " " + first.message());
        }
    }

    private static Refused graph(int status, int code, int subcode, String message) {
        return new Refused(answer(status, code, subcode, message));
    }

    private static SandboxAnswer answer(int status, int code, int subcode, String message) {
        ObjectNode body = object();
        ObjectNode error = body.putObject("error").put("message", message)
                .put("type", subcode == 33 ? "GraphMethodException" : "OAuthException").put("code", code);
        if (subcode != 0) {
            error.put("error_subcode", subcode);
        }
        error.put("is_transient", Stream.of(2, 80003).anyMatch(one -> one == code)).put("fbtrace_id", "AbSandbox");
        return SandboxAnswer.json(status, body);
    }

    /** After how many minutes it goes on stands in JSON in a header, and not in every answer. */
    @Override
    SandboxAnswer tooMany(long seconds) {
        return error(429, "").with("X-Business-Use-Case-Usage", "{\"" + AUDIENCE_ID + "\":[{\"type\":\"custom_audience\","
                + "\"call_count\":100,\"estimated_time_to_regain_access\":" + (seconds + 59) / 60 + "}]}");
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return fault.kind() == Fault.Kind.GONE ? error(404, "Unsupported request") : super.fail(fault);
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return switch (status) {
            case 401 -> answer(401, 190, 0, message);
            case 403 -> answer(403, 200, 0, "(#200) Permissions error");
            case 404 -> answer(400, 100, 33, message);
            // what stands before the API, not the API
            case 413 -> SandboxAnswer.text(413, "text/html", "<html><body><h1>Payload Too Large</h1></body></html>");
            case 429 -> answer(400, 80003, 0, "(#80003) There have been too many calls to this ad-account.");
            case 503 -> answer(503, 2, 0, "Service temporarily unavailable");
            default -> answer(400, 100, 0, "(#100) " + message);
        };
    }
}
