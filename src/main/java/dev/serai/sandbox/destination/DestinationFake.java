package dev.serai.sandbox.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Received;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all destinations have in common: a body that may be zipped, limits, flaws of items, and a record of what was taken.
 * A subclass says what its partner checks, and how it words a refusal. Nothing is recorded before all checks are done, so
 * that a refused request leaves no trace.
 */
public abstract class DestinationFake implements Fake {

    /** Of partners that do not forget ids as long as a sandbox runs. */
    static final Duration FOR_EVER = Duration.ofDays(3650);

    final SandboxClock clock;
    private final String partner;
    private final Faults faults;
    private final Received received;

    DestinationFake(String partner, SandboxClock clock, Faults faults, Duration remembersIds) {
        this(partner, clock, faults, new Received(clock, remembersIds, false));
    }

    DestinationFake(String partner, SandboxClock clock, Faults faults, Received received) {
        this.partner = partner;
        this.clock = clock;
        this.faults = faults;
        this.received = received;
    }

    /** Checks, records and answers. */
    abstract SandboxAnswer take(Call call);

    /** A refusal of the whole request in the partner's shape. */
    abstract SandboxAnswer error(int status, String message);

    /** Where the partner says how many seconds to wait after a 429. */
    String retryHeader() {
        return "Retry-After";
    }

    @Override
    public final String partner() {
        return partner;
    }

    @Override
    public final Optional<Received> recorded() {
        return Optional.of(received);
    }

    /** What it took, each {@code {"kind": ..., "item": ...}}; only the latest, see {@link Received}. */
    public final List<JsonNode> received() {
        return received.items();
    }

    /** How many came again that it had already, as far as the partner can tell. */
    public final long duplicates() {
        return received.duplicates();
    }

    @Override
    public final SandboxAnswer answer(SandboxRequest request) {
        try {
            return take(Call.of(request));
        } catch (IOException e) {
            return error(400, "the body is not gzip");
        } catch (Refused e) {
            return e.answer();
        }
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return switch (fault.kind()) {
            case RATE_LIMIT -> tooMany(fault.delay().toSeconds());
            case RATE_LIMIT_BARE -> error(429, "rate limit exceeded");
            case UNAUTHORIZED -> error(401, "invalid credentials");
            case FORBIDDEN -> error(403, "not permitted");
            case NOT_FOUND -> error(404, "not found");
            case GONE -> error(410, "gone");
            case TOO_LARGE -> error(413, "request too large");
            default -> error(503, "service unavailable");
        };
    }

    SandboxAnswer tooMany(long seconds) {
        return error(429, "rate limit exceeded").with(retryHeader(), Long.toString(seconds));
    }

    final void record(String kind, String id, JsonNode item) {
        received.add(kind, id, item);
    }

    final Refused refused(int status, String message) {
        return new Refused(error(status, message));
    }

    final void within(Allowance allowance, String key) {
        if (!allowance.take(key)) {
            throw new Refused(tooMany(allowance.secondsLeft()));
        }
    }

    final void atMost(int bytes, Call call) {
        if (call.body().length > bytes) {
            throw refused(413, "the request has " + call.body().length + " bytes, more than " + bytes);
        }
    }

    final JsonNode json(Call call) {
        try {
            return call.json();
        } catch (IOException e) {
            throw refused(400, "the body is not JSON");
        }
    }

    /** The array in a field of the body, which must be an object. */
    final List<JsonNode> items(JsonNode body, String field) {
        if (!body.path(field).isArray()) {
            throw refused(400, "'" + field + "' must be an array");
        }
        return list(body.path(field));
    }

    /** The flaws of all items, in their order, those on demand among them. */
    final List<Flaw> flaws(Call call, List<JsonNode> items, Flaw.Rule rule) {
        return flaws(items, rule, isRefusing(call));
    }

    final boolean isRefusing(Call call) {
        return faults.strikes(Fault.Kind.REFUSE_ITEMS, partner, call.request().path());
    }

    static List<Flaw> flaws(List<JsonNode> items, Flaw.Rule rule, boolean isRefusing) {
        List<Flaw> flaws = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            int place = i;
            Optional<Flaw> flaw = isRefusing && i % 2 == 0
                    ? Flaw.of("invalid", "sandbox", "refused on demand") : rule.of(items.get(i));
            flaw.ifPresent(one -> flaws.add(one.at(place)));
        }
        return flaws;
    }

    /** Those without a flaw. */
    static List<JsonNode> sound(List<JsonNode> items, List<Flaw> flaws) {
        List<JsonNode> sound = new ArrayList<>(items);
        for (int i = flaws.size() - 1; i >= 0; i--) {
            sound.remove(flaws.get(i).index());
        }
        return sound;
    }

    static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>(array.size());
        array.forEach(list::add);
        return list;
    }

    static int bytes(JsonNode item) {
        try {
            return Json.MAPPER.writeValueAsBytes(item).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** Whether it is a text with something in it. */
    static boolean isText(JsonNode value) {
        return value.isTextual() && !value.textValue().isBlank();
    }

    /** A text or a number that is no fraction, as ids are. */
    static boolean isId(JsonNode value) {
        return isText(value) || value.isIntegralNumber();
    }

    static boolean isEmail(JsonNode value) {
        return value.isTextual() && value.textValue().matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
    }

    static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }
}
