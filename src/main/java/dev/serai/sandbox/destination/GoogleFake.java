package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Google's Data Manager API for members of audiences, and the OAuth endpoint that gives it tokens for an hour. It fails
 * fast: one bad member refuses the whole request, and is named by its place. It knows no repetition.
 */
public final class GoogleFake extends DestinationFake {

    public static final String CLIENT_ID = GoogleTokens.CLIENT_ID;
    public static final String CLIENT_SECRET = GoogleTokens.CLIENT_SECRET;
    public static final String REFRESH_TOKEN = GoogleTokens.REFRESH_TOKEN;

    private static final int MOST_MEMBERS = 10_000;
    private static final int MOST_DESTINATIONS = 10;
    private static final Set<String> FIELDS = Set.of("destinations", "audienceMembers", "encoding", "encryptionInfo",
            "validateOnly");
    private static final Set<String> OF_INGEST = Set.of("consent", "termsOfService");
    private static final Set<String> CONSENTS = Set.of("", "CONSENT_STATUS_UNSPECIFIED", "CONSENT_GRANTED", "CONSENT_DENIED");
    private static final Map<Integer, String> WORDS = Map.of(400, "INVALID_ARGUMENT", 401, "UNAUTHENTICATED",
            403, "PERMISSION_DENIED", 404, "NOT_FOUND", 410, "NOT_FOUND", 413, "INVALID_ARGUMENT", 429, "RESOURCE_EXHAUSTED",
            503, "UNAVAILABLE");

    private final GoogleTokens tokens;
    private final Allowance minute;
    private final Allowance day;

    public GoogleFake(SandboxClock clock, Faults faults) {
        super("google", clock, faults, FOR_EVER);
        this.tokens = new GoogleTokens(clock);
        this.minute = new Allowance(clock, 300, Duration.ofMinutes(1));
        this.day = new Allowance(clock, 100_000, Duration.ofDays(1));
    }

    @Override
    public String credentials() {
        return "clientId " + CLIENT_ID + ", clientSecret " + CLIENT_SECRET + ", refreshToken " + REFRESH_TOKEN;
    }

    /** Access tokens that were given are refused from now on; new ones are not. */
    public void revokeTokens() {
        tokens.revoke();
    }

    @Override
    SandboxAnswer take(Call call) {
        if (call.line().equals("POST /token")) {
            return tokens.answer(call.form());
        }
        boolean isIngest = call.line().equals("POST /v1/audienceMembers:ingest");
        if (!isIngest && !call.line().equals("POST /v1/audienceMembers:remove")) {
            throw refused(404, "Method not found.");
        }
        if (!tokens.isValid(call.request().header("authorization").orElse("").replaceFirst("^Bearer ", ""))) {
            throw refused(401, "Request had invalid authentication credentials.");
        }
        within(minute, "");
        within(day, "");
        JsonNode body = json(call);
        check(body, isIngest);
        List<JsonNode> members = items(body, "audienceMembers");
        List<Flaw> flaws = flaws(call, members, new GoogleMember(body.path("encoding").asText()));
        if (!flaws.isEmpty()) {
            throw invalid(flaws.stream().map(flaw -> new Flaw(0, flaw.reason().equals("invalid") ? "INVALID_AUDIENCE_MEMBER"
                    : flaw.reason(), "audience_members.audience_members[" + flaw.index() + "]" + (flaw.field().isEmpty() ? ""
                    : "." + flaw.field()), flaw.message())).toList());
        }
        if (!body.path("validateOnly").asBoolean()) {
            members.forEach(member -> record(isIngest ? "ingest" : "remove", null, member));
        }
        return SandboxAnswer.json(200, object().put("requestId", UUID.randomUUID().toString()));
    }

    private void check(JsonNode body, boolean isIngest) {
        body.properties().stream().map(Map.Entry::getKey)
                .filter(field -> !FIELDS.contains(field) && !(isIngest && OF_INGEST.contains(field))).findFirst()
                .ifPresent(field -> {
                    throw refused(400, "Invalid JSON payload received. Unknown name \"" + field + "\": Cannot find field.");
                });
        JsonNode destinations = body.path("destinations");
        if (destinations.isEmpty()) {
            throw invalid("REQUIRED_FIELD_MISSING", "destinations", "A destination is required.");
        }
        if (destinations.size() > MOST_DESTINATIONS) {
            throw invalid("TOO_MANY_DESTINATIONS", "destinations", "At most 10 destinations are allowed.");
        }
        for (int i = 0; i < destinations.size(); i++) {
            JsonNode account = destinations.get(i).path("operatingAccount");
            if (!account.path("accountId").asText().matches("[0-9]+") || account.path("accountType").asText().isEmpty()
                    || !isText(destinations.get(i).path("productDestinationId"))) {
                throw invalid("INVALID_DESTINATION", "destinations[" + i + "]", "The destination is not valid.");
            }
        }
        if (body.path("audienceMembers").isEmpty()) {
            throw invalid("REQUIRED_FIELD_MISSING", "audience_members", "A member is required.");
        }
        if (body.path("audienceMembers").size() > MOST_MEMBERS) {
            throw invalid("TOO_MANY_AUDIENCE_MEMBERS", "audience_members", "At most 10000 members are allowed.");
        }
        boolean hasUsers = list(body.path("audienceMembers")).stream().anyMatch(member -> member.has("userData"));
        if (hasUsers && !List.of("HEX", "BASE64").contains(body.path("encoding").asText())) {
            throw invalid("REQUIRED_FIELD_MISSING", "encoding", "The encoding of user data is required.");
        }
        if (isIngest && !body.path("termsOfService").path("customerMatchTermsOfServiceStatus").asText().equals("ACCEPTED")) {
            throw invalid("REQUIRED_FIELD_MISSING", "terms_of_service.customer_match_terms_of_service_status",
                    "The Customer Match terms of service must be accepted.");
        }
        for (String field : List.of("adUserData", "adPersonalization")) {
            if (!CONSENTS.contains(body.path("consent").path(field).asText(""))) {
                throw refused(400, "Invalid value at 'consent' (" + field + ")");
            }
        }
    }

    private static Refused invalid(String reason, String field, String description) {
        return invalid(List.of(new Flaw(0, reason, field, description)));
    }

    private static Refused invalid(List<Flaw> violations) {
        ObjectNode body = failure(400, "There was a problem with the request.");
        ArrayNode named = body.withArray("/error/details").addObject().put("@type", "type.googleapis.com/google.rpc.BadRequest")
                .putArray("fieldViolations");
        violations.forEach(one -> named.addObject().put("field", one.field()).put("description", one.message())
                .put("reason", one.reason()));
        return new Refused(SandboxAnswer.json(400, body));
    }

    private static ObjectNode failure(int status, String message) {
        ObjectNode body = object();
        String word = WORDS.getOrDefault(status, "INTERNAL");
        body.putObject("error").put("code", status).put("message", message).put("status", word).putArray("details").addObject()
                .put("@type", "type.googleapis.com/google.rpc.ErrorInfo").put("reason", word)
                .put("domain", "datamanager.googleapis.com");
        return body;
    }

    /** The token endpoint refuses in its own shape, and with a 400. */
    @Override
    public SandboxAnswer fail(Fault fault) {
        return fault.pathPrefix().startsWith("/token") && fault.kind() == Fault.Kind.UNAUTHORIZED
                ? GoogleTokens.error(400, "invalid_grant", "Token has been expired or revoked.") : super.fail(fault);
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, failure(status, status == 429 ? "Quota exceeded for quota metric 'Ingestion requests'"
                + " and limit 'Ingestion requests per minute'" : message));
    }
}
