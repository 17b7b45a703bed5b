package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The Data Manager API and its tokens, which are good for an hour of the sandbox's clock. One bad member fails a request. */
final class GoogleFake extends RecordingFake {

    private static final Map<String, String> LOGIN = Map.of("client_id", "sandbox-client", "client_secret",
            "sandbox-google-secret", "refresh_token", "sandbox-google-refresh", "grant_type", "refresh_token");
    private static final int MAX_MEMBERS = 10_000;
    private static final int TOKEN_SECONDS = 3_600;

    private final SandboxClock clock;
    private final Map<String, Long> tokens = new HashMap<>();

    GoogleFake(SandboxClock clock) {
        super("google", "clientId sandbox-client, clientSecret sandbox-google-secret, refreshToken sandbox-google-refresh");
        this.clock = clock;
    }

    @Override
    boolean isJson() {
        return false;
    }

    @Override
    int maxBytes() {
        return 10_000_000;
    }

    @Override
    synchronized boolean isLetIn(SandboxRequest request, JsonNode body) {
        return request.path().equals("/token") || request.header("authorization").filter(text -> text.startsWith("Bearer "))
                .map(text -> tokens.get(text.substring("Bearer ".length()))).filter(until -> clock.millis() < until).isPresent();
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        ObjectNode answer = json();
        answer.putObject("error").put("code", status).put("message", message).put("status", switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            default -> "INVALID_ARGUMENT";
        });
        return SandboxAnswer.json(status, answer);
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode unread, byte[] bytes) {
        try {
            return switch (request.path()) {
                case "/token" -> token(new String(bytes, StandardCharsets.UTF_8));
                case "/v1/audienceMembers:ingest", "/v1/audienceMembers:remove" -> members(Json.MAPPER.readTree(bytes),
                        request.path().endsWith("ingest"));
                default -> refused(404, "not found");
            };
        } catch (java.io.IOException e) {
            return refused(400, "Invalid JSON payload received");
        }
    }

    private synchronized SandboxAnswer token(String form) {
        Set<String> given = new HashSet<>();
        for (String field : form.split("&")) {
            given.add(URLDecoder.decode(field, StandardCharsets.UTF_8));
        }
        if (!LOGIN.entrySet().stream().allMatch(field -> given.contains(field.getKey() + "=" + field.getValue()))) {
            return SandboxAnswer.json(400, json().put("error", "invalid_grant").put("error_description", "Bad Request"));
        }
        String token = "sandbox-google-token-" + (tokens.size() + 1);
        tokens.put(token, clock.millis() + TOKEN_SECONDS * 1_000L);
        return SandboxAnswer.json(200, json().put("access_token", token).put("expires_in", TOKEN_SECONDS - 1)
                .put("token_type", "Bearer"));
    }

    private SandboxAnswer members(JsonNode body, boolean entering) {
        JsonNode members = body.path("audienceMembers");
        if (body.path("destinations").isEmpty() || members.isEmpty() || members.size() > MAX_MEMBERS
                || entering && !body.at("/termsOfService/customerMatchTermsOfServiceStatus").asText().equals("ACCEPTED")) {
            return refused(400, "destinations, one to 10,000 audienceMembers and accepted terms are required");
        }
        ArrayNode violations = Json.MAPPER.createArrayNode();
        for (int i = 0; i < members.size(); i++) {
            JsonNode identifiers = members.get(i).path("userData").path("userIdentifiers");
            if (identifiers.isEmpty() || identifiers.size() > 10) {
                violations.addObject().put("field", "audience_members[" + i + "]").put("reason", "REQUIRED_FIELD_MISSING")
                        .put("description", "one to 10 user identifiers are required");
            }
            for (JsonNode identifier : identifiers) {
                boolean isHashed = identifier.has("address")
                        ? Hashes.isOne(identifier.at("/address/givenName")) && Hashes.isOne(identifier.at("/address/familyName"))
                        : Hashes.isOne(identifier.path("emailAddress")) || Hashes.isOne(identifier.path("phoneNumber"));
                if (!isHashed) {
                    violations.addObject().put("field", "audience_members[" + i + "].user_data").put("reason", "INVALID_HEX_ENCODING")
                            .put("description", "the identifier is not a SHA-256 hash in hexadecimal");
                }
            }
        }
        if (!violations.isEmpty()) {
            ObjectNode answer = json();
            ObjectNode error = answer.putObject("error").put("code", 400).put("status", "INVALID_ARGUMENT")
                    .put("message", "There was a problem with the request.");
            error.putArray("details").addObject().put("@type", "type.googleapis.com/google.rpc.BadRequest")
                    .set("fieldViolations", violations);
            return SandboxAnswer.json(400, answer);
        }
        members.forEach(member -> keep(member, ""));
        return SandboxAnswer.json(200, json().put("requestId", "sandbox-" + count()));
    }
}
