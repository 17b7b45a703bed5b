package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * A partner that events go out to. What it takes is kept, an item once by the partner's own key of it, and can be looked
 * at: {@code GET /<partner>/_received}, emptied by {@code DELETE}. The last 10,000 items are kept, counts are of all.
 *
 * <p>A vendor's class says who is let in, what is wrong with an item, and what the answers look like. Rules are those of the
 * vendors' documents that the partner folders name.
 */
public abstract class RecordingFake implements Fake {

    static final String RECEIVED = "/_received";

    private static final int KEPT = 10_000;
    private static final int SHOWN = 100;

    private final String partner;
    private final String credentials;
    private final ArrayDeque<JsonNode> items = new ArrayDeque<>();
    private final Set<String> keys = new HashSet<>();
    private long count;
    private long duplicates;

    RecordingFake(String partner, String credentials) {
        this.partner = partner;
        this.credentials = credentials;
    }

    @Override
    public String partner() {
        return partner;
    }

    @Override
    public String credentials() {
        return credentials;
    }

    /** The items taken, oldest first. */
    public synchronized List<JsonNode> received() {
        return List.copyOf(items);
    }

    /** How many were taken, those not counted that came again. */
    public synchronized long count() {
        return count;
    }

    /** How many came again. */
    public synchronized long duplicates() {
        return duplicates;
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        if (request.path().equals(RECEIVED)) {
            return show(request.method().equals("DELETE"));
        }
        byte[] body;
        JsonNode json;
        try {
            body = request.header("content-encoding").filter("gzip"::equals).isPresent()
                    ? new GZIPInputStream(new ByteArrayInputStream(request.body())).readAllBytes() : request.body();
            json = isJson() ? Json.MAPPER.readTree(body) : Json.MAPPER.createObjectNode();
        } catch (IOException e) {
            return refused(400, "the body cannot be read");
        }
        if (!isLetIn(request, json)) {
            return refused(401, "unauthorized");
        }
        if (!request.method().equals("POST") && !request.method().equals("DELETE")) {
            return refused(405, "method not allowed");
        }
        if (body.length > maxBytes()) {
            return refused(413, "payload too large");
        }
        return take(request, json, body);
    }

    /** Whether bodies are JSON. */
    boolean isJson() {
        return true;
    }

    /** Bytes of a body, unpacked, at most. */
    int maxBytes() {
        return 4_000_000;
    }

    abstract boolean isLetIn(SandboxRequest request, JsonNode body);

    /** A request of somebody who is let in, and not too large. */
    abstract SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes);

    /** The partner's words for a request that is refused whole. */
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.json(status, Json.MAPPER.createObjectNode().put("code", status).put("message", message));
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return switch (fault.kind()) {
            case RATE_LIMIT -> refused(429, "too many requests").with("Retry-After",
                    String.valueOf(Math.max(1, fault.delay().toSeconds())));
            case RATE_LIMIT_BARE -> refused(429, "too many requests");
            case UNAUTHORIZED -> refused(401, "unauthorized");
            case FORBIDDEN -> refused(403, "forbidden");
            case NOT_FOUND, EXPIRED_CURSOR -> refused(404, "not found");
            default -> refused(500, "internal error");
        };
    }

    /** @param key by which the partner knows that an item came before; empty if it does not */
    final synchronized void keep(JsonNode item, String key) {
        if (!key.isEmpty() && !keys.add(key)) {
            duplicates++;
            return;
        }
        count++;
        items.addLast(item);
        if (items.size() > KEPT) {
            items.removeFirst();
        }
    }

    private synchronized SandboxAnswer show(boolean empty) {
        if (empty) {
            items.clear();
            keys.clear();
            count = 0;
            duplicates = 0;
        }
        ObjectNode answer = Json.MAPPER.createObjectNode().put("count", count).put("duplicates", duplicates);
        ArrayNode shown = answer.putArray("items");
        items.stream().skip(Math.max(0, items.size() - SHOWN)).forEach(shown::add);
        return SandboxAnswer.json(200, answer);
    }

    static ObjectNode json() {
        return Json.MAPPER.createObjectNode();
    }

    static boolean hasBearer(SandboxRequest request, String token) {
        return request.header("authorization").filter(("Bearer " + token)::equals).isPresent();
    }

    static boolean hasText(JsonNode item, String field) {
        return item.path(field).isTextual() && !item.path(field).textValue().isEmpty();
    }
}
