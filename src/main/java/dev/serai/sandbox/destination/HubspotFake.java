package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * HubSpot's batch upsert of contacts, old path and new. A flaw is told with 207 and the {@code objectWriteTraceId} where
 * all inputs have one, else it refuses the whole batch, as does an id that comes twice. It knows a contact by its address:
 * the answer says whether it is new.
 */
public final class HubspotFake extends DestinationFake {

    public static final String ACCESS_TOKEN = "sandbox-hubspot-token";

    private static final int MOST_INPUTS = 100;
    private static final int MOST_CONTACTS = 100_000;
    private static final Set<String> LINES = Set.of("POST /crm/v3/objects/contacts/batch/upsert",
            "POST /crm/objects/2026-03/contacts/batch/upsert");
    private static final Pattern PROPERTY = Pattern.compile("[a-z][a-z0-9_]*");

    private final Allowance requests;
    private final Map<String, Integer> contacts = new LinkedHashMap<>();
    private int lastId = 150;

    public HubspotFake(SandboxClock clock, Faults faults) {
        super("hubspot", clock, faults, FOR_EVER);
        this.requests = new Allowance(clock, 100, Duration.ofSeconds(10));
    }

    @Override
    public String credentials() {
        return "accessToken " + ACCESS_TOKEN;
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!call.hasBearer(ACCESS_TOKEN)) {
            throw refused(401, "Authentication credentials not found. This API supports OAuth 2.0 authentication");
        }
        if (!LINES.contains(call.line())) {
            throw refused(404, "resource not found");
        }
        within(requests, "");
        List<JsonNode> inputs = items(json(call), "inputs");
        if (inputs.isEmpty() || inputs.size() > MOST_INPUTS) {
            throw refused(400, "a batch has 1 to " + MOST_INPUTS + " inputs, this one " + inputs.size());
        }
        Set<String> ids = new HashSet<>();
        inputs.stream().map(input -> input.path("id").asText()).filter(id -> !ids.add(id)).findFirst().ifPresent(id -> {
            throw refused(400, "Duplicate IDs found in batch input: [" + id + "]. IDs must be unique");
        });
        List<Flaw> flaws = flaws(call, inputs, HubspotFake::flaw);
        if (!flaws.isEmpty() && !inputs.stream().allMatch(input -> isText(input.path("objectWriteTraceId")))) {
            throw refused(400, flaws.get(0).message());
        }
        return answer(inputs, flaws);
    }

    private static Optional<Flaw> flaw(JsonNode input) {
        if (!isText(input.path("id"))) {
            return Flaw.of("VALIDATION_ERROR", "id", "id is required");
        }
        if (input.path("idProperty").asText().equals("email") && !isEmail(input.path("id"))) {
            return Flaw.of("VALIDATION_ERROR", "id", "Property values were not valid: Email address "
                    + input.path("id").asText() + " is invalid");
        }
        if (!input.path("properties").isObject()) {
            return Flaw.of("VALIDATION_ERROR", "properties", "properties is required");
        }
        for (Map.Entry<String, JsonNode> property : input.path("properties").properties()) {
            if (!PROPERTY.matcher(property.getKey()).matches()) {
                return Flaw.of("VALIDATION_ERROR", property.getKey(), "Property values were not valid: [{\"isValid\":false,"
                        + "\"message\":\"Property \\\"" + property.getKey() + "\\\" does not exist\","
                        + "\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"" + property.getKey() + "\"}]");
            }
            if (property.getValue().isContainerNode()) {
                return Flaw.of("VALIDATION_ERROR", property.getKey(), "Cannot deserialize value of type String from "
                        + property.getKey());
            }
        }
        return Optional.empty();
    }

    private SandboxAnswer answer(List<JsonNode> inputs, List<Flaw> flaws) {
        String now = clock.instant().toString();
        ObjectNode body = object().put("status", "COMPLETE");
        ArrayNode results = body.putArray("results");
        for (JsonNode input : sound(inputs, flaws)) {
            record("contacts", null, input);
            ObjectNode result = results.addObject();
            upsert(input.path("idProperty").asText("id") + "\n" + input.path("id").asText(), result);
            result.putObject("properties").put("createdate", now).put("lastmodifieddate", now)
                    .setAll((ObjectNode) input.path("properties"));
            result.put("createdAt", now).put("updatedAt", now).put("archived", false);
            if (input.has("objectWriteTraceId")) {
                result.set("objectWriteTraceId", input.path("objectWriteTraceId"));
            }
        }
        body.put("startedAt", now).put("completedAt", now);
        if (flaws.isEmpty()) {
            return SandboxAnswer.json(200, body);
        }
        ArrayNode errors = body.put("numErrors", flaws.size()).putArray("errors");
        for (Flaw flaw : flaws) {
            ObjectNode error = errors.addObject().put("status", "error").put("category", "VALIDATION_ERROR")
                    .put("message", flaw.message());
            error.putObject("context").putArray("objectWriteTraceId")
                    .add(inputs.get(flaw.index()).path("objectWriteTraceId"));
        }
        return SandboxAnswer.json(207, body);
    }

    private synchronized void upsert(String key, ObjectNode result) {
        Integer known = contacts.get(key);
        if (known == null && contacts.size() < MOST_CONTACTS) {
            contacts.put(key, lastId + 1);
        }
        result.put("id", Integer.toString(known == null ? ++lastId : known)).put("new", known == null);
    }

    @Override
    SandboxAnswer error(int status, String message) {
        ObjectNode body = object().put("status", "error")
                .put("message", status == 429 ? "You have reached your ten_secondly_rolling limit." : message)
                .put("correlationId", "5f1c9b8e-0d1a-4c56-8a35-2f0d6a1f7c11");
        if (status == 429) {
            return SandboxAnswer.json(429, body.put("errorType", "RATE_LIMIT").put("policyName", "TEN_SECONDLY_ROLLING"));
        }
        return SandboxAnswer.json(status, body.put("category", switch (status) {
            case 401 -> "INVALID_AUTHENTICATION";
            case 403 -> "MISSING_SCOPES";
            case 404 -> "OBJECT_NOT_FOUND";
            case 503 -> "INTERNAL_ERROR";
            default -> "VALIDATION_ERROR";
        }));
    }
}
