package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.ingest.EventGate.Client;
import dev.serai.ingest.EventGate.Rejection;
import dev.serai.ingest.EventGate.Request;
import dev.serai.ingest.EventGate.Verdict;
import dev.serai.ingest.RawEvent.Field;
import dev.serai.ingest.TrackingSources.TrackingSource;
import dev.serai.model.DeadLetter;
import dev.serai.model.EventType;
import dev.serai.model.Intake;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import dev.serai.plan.Plans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Turns a request of the tracking API into an {@link Intake}: who sends, which call, and each event through the gate.
 * Segment's HTTP Tracking API, section "Routes" of its page, with the one-letter forms that its browser SDK uses.
 *
 * <p>Runs on the event loop, so it only computes. Unlike Segment, which answers 200 to nearly everything, an unknown
 * write key is 401 and a call whose only event is rejected is 400: a sender who can be told is told.
 */
public final class TrackingApi implements Processor {

    /** Segment's limits for one request. */
    static final int MAX_REQUEST_BYTES = 500 * 1024;
    static final int MAX_EVENTS = 2_500;

    /** What one batch may grow to when the context around it is merged into each event. */
    private static final long MAX_MERGED_BYTES = 8L * 1024 * 1024;

    private static final Map<String, Call> CALLS = Map.ofEntries(
            Map.entry("track", new Call(EventType.TRACK, false)), Map.entry("t", new Call(EventType.TRACK, true)),
            Map.entry("identify", new Call(EventType.IDENTIFY, false)),
            Map.entry("i", new Call(EventType.IDENTIFY, true)),
            Map.entry("page", new Call(EventType.PAGE, false)), Map.entry("p", new Call(EventType.PAGE, true)),
            Map.entry("screen", new Call(EventType.SCREEN, false)), Map.entry("s", new Call(EventType.SCREEN, true)),
            Map.entry("group", new Call(EventType.GROUP, false)), Map.entry("g", new Call(EventType.GROUP, true)),
            Map.entry("alias", new Call(EventType.ALIAS, false)), Map.entry("a", new Call(EventType.ALIAS, true)),
            Map.entry("batch", new Call(null, false)), Map.entry("import", new Call(null, false)),
            Map.entry("b", new Call(null, true)));

    /** The SDKs' own performance metrics; taken, as Segment does, and of no use to the hub. */
    private static final String SDK_METRICS = "m";

    private final TrackingSources sources;
    private final IngestMetrics metrics;
    private final SuppressedUsers suppressed;
    private final Plans plans;
    private final Caller caller;
    private final Clock clock;

    /**
     * @param type   null for a batch
     * @param client whether only SDKs on a user's device make this call
     */
    private record Call(EventType type, boolean client) { }

    public TrackingApi(TrackingSources sources, IngestMetrics metrics, SuppressedUsers suppressed, Plans plans,
                       boolean behindProxy, Clock clock) {
        this.sources = sources;
        this.metrics = metrics;
        this.suppressed = suppressed;
        this.plans = plans;
        this.caller = new Caller(behindProxy);
        this.clock = clock;
    }

    /** In: the request's bytes, header {@code call}. Out: the {@link Intake}. */
    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        String name = message.getHeader("call", String.class);
        byte[] body = message.getBody(byte[].class);
        if (SDK_METRICS.equals(name)) {
            message.setBody(new Intake("sdk-metrics", List.of(), List.of(), null));
            return;
        }
        Call call = CALLS.get(name);
        if (call == null) {
            throw new RequestRefused(404, "unknown_call", "there is no /v1/" + name
                    + "; the calls are track, identify, page, screen, group, alias, batch and import");
        }
        Client client = new Client(call.client(), caller.address(message), caller.userAgent(message));
        message.setBody(take(body == null ? new byte[0] : body, call, message, client));
    }

    /** An event that came by a pixel; the body holds its write key. */
    Intake pixel(byte[] body, EventType type, Message message) {
        Client client = new Client(true, caller.address(message), caller.userAgent(message));
        return take(body, new Call(type, true), message, client);
    }

    private Intake take(byte[] body, Call call, Message message, Client client) {
        long now = clock.millis();
        String basicKey = basicWriteKey(message.getHeader("Authorization", String.class));
        if (body.length > MAX_REQUEST_BYTES) {
            return refuse(basicKey, message, body, now, new RequestRefused(400, "payload_too_large",
                    "the request is " + body.length + " bytes, the limit is " + MAX_REQUEST_BYTES
                            + "; send smaller batches"));
        }
        Utf8 mended = Utf8.of(body);
        RawEvent outer;
        try {
            outer = read(mended.bytes(), call.type() == null);
        } catch (IOException e) {
            return refuse(basicKey, message, body, now, new RequestRefused(400, "bad_request",
                    "the body is no JSON that can be read: " + reason(e)));
        }
        String bodyKey = outer.text(Field.WRITE_KEY);
        TrackingSource source = source(basicKey == null || bodyKey != null
                && sources.find(basicKey).isEmpty() ? bodyKey : basicKey, message);
        if (!outer.isObject()) {
            return refuse(source.name(), body, now,
                    new RequestRefused(400, "bad_request", "the body must be a JSON object"));
        }
        if (call.type() != null) {
            return single(outer, call.type(), new Request(source.name(), now, client, null), body, mended);
        }
        return batch(outer, new Request(source.name(), now, client, outer), body, mended);
    }

    private Intake single(RawEvent event, EventType type, Request request, byte[] body, Utf8 mended) {
        Verdict verdict = EventGate.decide(event, Optional.of(type), request, mended, suppressed, plans);
        if (verdict.isSuppressed()) {
            return new Intake(request.source(), List.of(), List.of(), null);
        }
        if (verdict.accepted() != null) {
            return new Intake(request.source(), List.of(verdict.accepted()), List.of(), null);
        }
        Rejection rejection = verdict.rejection();
        return new Intake(request.source(), List.of(),
                List.of(new Intake.Reject(0, EventGate.deadLetter(event, body, rejection, request), type)),
                // what the plan blocks is no mistake of the call's, and is kept until the plan has it
                rejection.planned() != null ? null : new RequestRefused(400, rejection.code(), rejection.message()));
    }

    private Intake batch(RawEvent outer, Request request, byte[] body, Utf8 mended) {
        List<RawEvent> events = outer.batch();
        if (events == null || events.isEmpty()) {
            return refuse(request.source(), body, request.receivedAt(),
                    new RequestRefused(400, "empty_batch", "the body needs 'batch', an array of events"));
        }
        if (events.size() > MAX_EVENTS) {
            return refuse(request.source(), body, request.receivedAt(), new RequestRefused(400, "batch_too_large",
                    "the batch has " + events.size() + " events, the limit is " + MAX_EVENTS));
        }
        if ((long) events.size() * outer.around() > MAX_MERGED_BYTES) {
            return refuse(request.source(), body, request.receivedAt(), new RequestRefused(400,
                    "payload_too_large", "the context around the batch is too large for " + events.size()
                            + " events"));
        }
        List<Intake.Accepted> accepted = new ArrayList<>(events.size());
        List<Intake.Reject> rejected = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            RawEvent event = events.get(i);
            Verdict verdict = EventGate.decide(event, Optional.empty(), request, mended, suppressed, plans);
            if (verdict.accepted() != null) {
                accepted.add(verdict.accepted());
            } else if (!verdict.isSuppressed()) {
                rejected.add(new Intake.Reject(i,
                        EventGate.deadLetter(event, body, verdict.rejection(), request),
                        EventType.of(event.text(Field.TYPE)).orElse(null)));
            }
        }
        RequestRefused refusal = rejected.size() == events.size() ? new RequestRefused(400, "empty_batch_result",
                "every event of the batch was rejected; the first because "
                        + rejected.get(0).deadLetter().message()) : null;
        return new Intake(request.source(), accepted, rejected, refusal);
    }

    /** A request that cannot be read: a dead letter if its header tells whose it is, else only the answer. */
    private Intake refuse(String writeKey, Message message, byte[] body, long now, RequestRefused refusal) {
        if (writeKey == null) {
            throw refusal;
        }
        return refuse(source(writeKey, message).name(), body, now, refusal);
    }

    /** A request that comes to nothing, kept whole as one dead letter. */
    private static Intake refuse(String source, byte[] body, long now, RequestRefused refusal) {
        DeadLetter deadLetter = new DeadLetter(UUID.randomUUID().toString(), source, "ingest", refusal.code(),
                refusal.getMessage(), Instant.ofEpochMilli(now),
                Arrays.copyOf(body, Math.min(body.length, MAX_REQUEST_BYTES)));
        return new Intake(source, List.of(), List.of(new Intake.Reject(0, deadLetter)), refusal);
    }

    private static RawEvent read(byte[] bytes, boolean batch) throws IOException {
        try (JsonParser parser = Json.SCANNER.createParser(bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IOException("it is empty");
            }
            RawEvent outer = RawEvent.read(parser, bytes, batch);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON value");
            }
            return outer;
        }
    }

    /** Jackson's sentence without the request's own text, which may be a secret. */
    private static String reason(IOException e) {
        if (e instanceof JsonProcessingException json && json.getLocation() != null) {
            return "it breaks at byte " + json.getLocation().getByteOffset();
        }
        return e.getMessage();
    }

    private TrackingSource source(String writeKey, Message message) {
        Optional<TrackingSource> source = sources.find(writeKey);
        if (source.isEmpty()) {
            metrics.countUnknownWriteKey();
            throw new RequestRefused(401, "unknown_write_key", writeKey == null
                    ? "no write key; send it as the user name of HTTP Basic, or as writeKey in the body"
                    : "no source has this write key; set serai.sources.<source>.writeKey, or mend the sender's key");
        }
        if (source.get().loopbackOnly() && !caller.isLoopback(message)) {
            metrics.countUnknownWriteKey();
            throw new RequestRefused(401, "write_key_on_loopback_only", "the key of source '" + source.get().name()
                    + "' counts only on the hub's own machine; give it a key of your own and set "
                    + "serai.sources." + source.get().name() + ".loopbackOnly=false");
        }
        return source.get();
    }

    /** The user name of HTTP Basic; Segment also takes it without the colon. */
    private static String basicWriteKey(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            String decoded = new String(Base64.getDecoder().decode(authorization.substring(6).strip()),
                    StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            return colon < 0 ? decoded : decoded.substring(0, colon);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
