package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * How a collection's syncs go: its cursor, the run in hand or the last one, and what comes next. What is saved as its
 * checkpoint and what {@code /api/syncs} shows are the same JSON. Changed by one thread, read by many.
 */
final class SyncState {

    /** Where a collection is between its runs. */
    enum Phase {
        /** A run is due or will be. */
        WAITING,
        RUNNING,
        /** The last run did not come to its end; another is tried sooner. */
        FAILED,
        /** A person must mend something first. */
        STOPPED
    }

    private volatile ObjectNode cursor = Json.MAPPER.createObjectNode();
    private volatile Phase phase = Phase.WAITING;
    private volatile boolean full;
    private volatile long pages;
    private volatile long rows;
    private volatile Instant startedAt;
    private volatile Instant endedAt;
    private volatile Instant nextRunAt = Instant.EPOCH;
    private volatile int failures;
    private volatile String code;
    private volatile String message;
    private volatile String wish = "";
    private volatile String endedWish = "";
    private volatile long comparing;

    static SyncState parse(JsonNode json) {
        SyncState state = new SyncState();
        if (json.path("cursor") instanceof ObjectNode there) {
            state.cursor = there;
        }
        // the hub that ran it is gone: what it was doing is to be gone on with, and what stopped it may be mended
        Phase was = phase(json.path("phase").asText());
        boolean isDue = was == Phase.RUNNING || was == Phase.STOPPED;
        state.phase = isDue ? Phase.WAITING : was;
        state.full = json.path("full").asBoolean();
        state.pages = json.path("pages").asLong();
        state.rows = json.path("rows").asLong();
        state.startedAt = time(json.path("startedAt")).orElse(null);
        state.endedAt = time(json.path("endedAt")).orElse(null);
        state.nextRunAt = isDue ? Instant.EPOCH : time(json.path("nextRunAt")).orElse(Instant.EPOCH);
        state.failures = json.path("failures").asInt();
        state.code = json.path("code").textValue();
        state.message = json.path("message").textValue();
        state.wish = json.path("wish").asText("");
        state.endedWish = json.path("endedWish").asText("");
        state.comparing = json.path("comparing").asLong();
        return state;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("phase", phase.name().toLowerCase(java.util.Locale.ROOT))
                .put("full", full).put("pages", pages).put("rows", rows).put("startedAt", text(startedAt))
                .put("endedAt", text(endedAt)).put("nextRunAt", text(nextRunAt)).put("failures", failures).put("code", code)
                .put("message", message).put("wish", wish).put("endedWish", endedWish)
                .put("comparing", comparing);
        json.set("cursor", cursor);
        return json;
    }

    /** @param isFull whether everything is read, not only what is new */
    void begin(Instant now, boolean isFull, String wished) {
        phase = Phase.RUNNING;
        full = isFull;
        pages = 0;
        rows = 0;
        startedAt = now;
        endedAt = null;
        wish = wished;
    }

    void page(ObjectNode next, long written) {
        cursor = next;
        pages++;
        rows += written;
    }

    void end(Instant now, Instant next) {
        phase = Phase.WAITING;
        endedAt = now;
        nextRunAt = next;
        failures = 0;
        code = null;
        message = null;
        endedWish = wish;
    }

    void fail(Instant now, Phase to, SyncFault fault, Instant next) {
        phase = to;
        endedAt = now;
        nextRunAt = next;
        // a collection that the account does not have is told of, and is no failure
        failures = fault.kind() == SyncFault.Kind.GONE ? 0 : failures + 1;
        code = fault.kind().code();
        message = fault.getMessage();
        endedWish = wish;
    }

    /** What keeps the run in hand waiting. */
    void say(SyncFault fault) {
        message = fault.getMessage();
    }

    void rewind(ObjectNode to) {
        cursor = to;
    }

    /** @param run the number of the run whose objects are compared with those known; 0 for none */
    void compare(long run) {
        comparing = run;
    }

    long comparing() {
        return comparing;
    }

    /** The source is stopped; {@code next} is when it is tried whether that still holds. */
    void stop(SyncFault fault, Instant next) {
        phase = Phase.STOPPED;
        nextRunAt = next;
        code = fault.kind().code();
        message = fault.getMessage();
    }

    ObjectNode cursor() {
        return cursor;
    }

    Phase phase() {
        return phase;
    }

    long pages() {
        return pages;
    }

    long rows() {
        return rows;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Null while a run is under way, and before the first. */
    Instant endedAt() {
        return endedAt;
    }

    Instant nextRunAt() {
        return nextRunAt;
    }

    int failures() {
        return failures;
    }

    /** What is wrong, for people. */
    Optional<String> message() {
        return Optional.ofNullable(message);
    }

    Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** The wish that the run in hand or the last one fulfils. */
    String wish() {
        return wish;
    }

    /** The last wish that was fulfilled, or was tried to be. */
    String endedWish() {
        return endedWish;
    }

    private static Phase phase(String word) {
        for (Phase one : Phase.values()) {
            if (one.name().equalsIgnoreCase(word)) {
                return one;
            }
        }
        return Phase.WAITING;
    }

    private static Optional<Instant> time(JsonNode node) {
        try {
            return node.isTextual() ? Optional.of(Instant.parse(node.textValue())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }
}
