package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A fake with a clock that stands still, called without HTTP in between. */
public final class Calls {

    public static final String BASE = "/services/data/v60.0";

    public final SandboxClock clock = new SandboxClock();
    public final Faults faults = new Faults();
    public final SalesforceFake fake;
    private final String token;

    public Calls(int people) {
        this(people, false);
    }

    public Calls(int people, boolean large) {
        clock.set(Instant.parse("2026-02-01T12:00:00Z"));
        Population population = new Population(7);
        fake = large ? SalesforceFake.large(population, clock, faults, people)
                : new SalesforceFake(population, clock, faults, people);
        token = login("grant_type=client_credentials&client_id=" + Logins.CLIENT_ID + "&client_secret=" + Logins.CLIENT_SECRET)
                .path("access_token").asText();
    }

    public JsonNode login(String form) {
        return json(fake.answer(new SandboxRequest("POST", "/services/oauth2/token", Map.of(),
                Map.of("host", "127.0.0.1:9"), form.getBytes(StandardCharsets.UTF_8))));
    }

    public SandboxAnswer send(String method, String path, Map<String, String> query, Map<String, String> headers, String body) {
        Map<String, List<String>> parameters = new java.util.LinkedHashMap<>();
        query.forEach((name, value) -> parameters.put(name, List.of(value)));
        Map<String, String> all = new java.util.HashMap<>(headers);
        all.put("authorization", "Bearer " + token);
        return fake.answer(new SandboxRequest(method, path, parameters, all, body.getBytes(StandardCharsets.UTF_8)));
    }

    public SandboxAnswer get(String path) {
        return send("GET", BASE + path, Map.of(), Map.of(), "");
    }

    public SandboxAnswer query(String soql) {
        return send("GET", BASE + "/query", Map.of("q", soql), Map.of(), "");
    }

    /** All records, page by page. */
    public List<JsonNode> all(String soql) {
        return all("/query", soql);
    }

    public List<JsonNode> all(String path, String soql) {
        JsonNode page = json(send("GET", BASE + path, Map.of("q", soql), Map.of(), ""));
        List<JsonNode> records = new ArrayList<>();
        while (true) {
            page.path("records").forEach(records::add);
            if (page.path("done").asBoolean()) {
                return records;
            }
            page = json(send("GET", page.path("nextRecordsUrl").asText(), Map.of(), Map.of(), ""));
        }
    }

    public List<String> ids(String soql) {
        return all(soql).stream().map(record -> record.path("Id").asText()).toList();
    }

    public String errorCode(String soql) {
        return json(query(soql)).at("/0/errorCode").asText();
    }

    public static JsonNode json(SandboxAnswer answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(new String(answer.body(), StandardCharsets.UTF_8), e);
        }
    }
}
