package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.ingest.EventGate.Client;
import dev.serai.ingest.EventGate.Rejection;
import dev.serai.ingest.EventGate.Request;
import dev.serai.ingest.EventGate.Verdict;
import dev.serai.model.DeadLetter;
import dev.serai.model.Intake;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.plan.Plans;
import dev.serai.partner.Program;
import dev.serai.partner.Sources.ConfiguredSource;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A partner's payload to events: one JSLT program, run on each item of the payload, and each event that it yields
 * through the same gate as those of the SDKs. The program gets the event-name table of {@code partner.yaml} as
 * {@code $events}, the source's name and settings as {@code $source} and {@code $settings}, the headers that the folder
 * asks for as {@code $headers}, and {@code $receivedAt}; it answers an event, an array of them, or null for "nothing of
 * interest".
 *
 * <p>An item that cannot be mapped becomes a dead letter and costs no other: the whole payload is tokenised once to
 * find where each item stands, and only then each is read on its own.
 */
final class EventMapping {

    /** Deep enough for an item and what is around it. */
    private static final JsonFactory SHALLOW = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(Json.MAPPER.getFactory().streamReadConstraints().rebuild()
                    .maxNestingDepth(Json.MAX_EVENT_DEPTH).build()).build();

    private final Program program;
    private final Map<String, Map<String, JsonNode>> bySource = new ConcurrentHashMap<>();
    private final String items;
    private final SuppressedUsers suppressed;
    private final Plans plans;

    private EventMapping(Program program, String items, SuppressedUsers suppressed, Plans plans) {
        this.program = program;
        this.items = items;
        this.suppressed = suppressed;
        this.plans = plans;
    }

    /**
     * @param mapping the JSLT file's name in the partner's folder
     * @param items   the member of the payload that holds the item or the array of them; empty for the payload itself, which may
     *                then be one item or an array of them
     * @throws SettingsException if the file is missing or is no JSLT, with line and column
     */
    static EventMapping compile(Partner partner, String mapping, String items, SuppressedUsers suppressed, Plans plans) {
        if (partner.source().isEmpty()) {
            throw new IllegalArgumentException("'" + partner.slug() + "' is no partner that data comes in from");
        }
        return new EventMapping(Program.compile(partner, mapping), items, suppressed, plans);
    }

    /**
     * The events of a payload. One that cannot be read is a refusal and a dead letter, all in the intake.
     *
     * @param headers what the mapping sees as {@code $headers}
     */
    Intake map(byte[] body, ConfiguredSource from, JsonNode headers, long now) {
        String source = from.name();
        Map<String, JsonNode> variables = new HashMap<>(bySource.computeIfAbsent(source, name -> Program.variables(from)));
        variables.put("headers", headers);
        variables.put("receivedAt", TextNode.valueOf(Timestamps.format(now)));
        Utf8 mended = Utf8.of(body);
        Request request = new Request(source, now, Client.NONE, null);
        List<Intake.Accepted> accepted = new ArrayList<>();
        List<Intake.Reject> rejected = new ArrayList<>();
        List<JsonNode> whole = whole(mended);
        int good = 0;
        while (good < whole.size() && decide(whole.get(good), variables, request, accepted)) {
            good++;
        }
        if (good > 0 && good == whole.size()) {
            return new Intake(source, accepted, rejected, null);
        }
        // from there on one by one, so that what is wrong is told and kept as it was sent
        List<Span> spans;
        try {
            spans = spans(mended.bytes());
        } catch (IOException e) {
            RequestRefused refusal = new RequestRefused(400, "bad_request", items.isEmpty()
                    ? "the body is no JSON that can be read"
                    : "the body must be a JSON object with '" + items + "', an array or an item");
            return new Intake(source, List.of(), List.of(new Intake.Reject(0,
                    deadLetter(body, refusal.code(), refusal.getMessage(), source, now))), refusal);
        }
        for (int i = good; i < spans.size(); i++) {
            Span span = spans.get(i);
            byte[] original = Arrays.copyOfRange(body, span.from(), span.to());
            try {
                for (byte[] event : run(span, mended, variables)) {
                    decide(event, i, original, request, accepted, rejected);
                }
            } catch (ItemRejected e) {
                rejected.add(new Intake.Reject(i, deadLetter(original, e.code, e.getMessage(), source, now)));
            }
        }
        return new Intake(source, accepted, rejected, null);
    }

    /** The items as one tree, which is quicker; none where something is not as it should be, and each is read on its own. */
    private List<JsonNode> whole(Utf8 mended) {
        if (!mended.malformed().isEmpty()) {
            return List.of();
        }
        try (JsonParser parser = SHALLOW.createParser(mended.bytes())) {
            JsonNode tree = Json.MAPPER.readTree(parser);
            if (tree == null || parser.nextToken() != null) {
                return List.of();
            }
            JsonNode found = items.isEmpty() ? tree : tree.path(items);
            if (found.isMissingNode() || !items.isEmpty() && !found.isContainerNode()) {
                return List.of();
            }
            List<JsonNode> all = new ArrayList<>();
            if (found.isArray()) {
                found.forEach(all::add);
            } else {
                all.add(found);
            }
            return all;
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
    }

    /** @return whether all events of the item are accepted, or leave no trace */
    private boolean decide(JsonNode item, Map<String, JsonNode> variables, Request request, List<Intake.Accepted> accepted) {
        try {
            List<Intake.Accepted> own = new ArrayList<>(1);
            for (byte[] event : events(program.run(variables, item))) {
                RawEvent raw = read(event);
                Verdict verdict = EventGate.decide(raw, Optional.empty(), request, Utf8.of(event), suppressed, plans);
                if (verdict.rejection() != null) {
                    return false;
                }
                if (verdict.accepted() != null) {
                    own.add(verdict.accepted());
                }
            }
            accepted.addAll(own);
            return true;
        } catch (JsltException | IOException e) {
            return false;
        }
    }

    private static RawEvent read(byte[] event) throws IOException {
        try (JsonParser parser = Json.SCANNER.createParser(event)) {
            parser.nextToken();
            return RawEvent.read(parser, event, false);
        }
    }

    private static List<byte[]> events(JsonNode result) throws IOException {
        List<byte[]> events = new ArrayList<>(1);
        if (result.isArray()) {
            for (JsonNode event : result) {
                events.add(Json.bytes(event));
            }
        } else if (!result.isNull()) {
            events.add(Json.bytes(result));
        }
        return events;
    }

    private void decide(byte[] event, int index, byte[] original, Request request,
                        List<Intake.Accepted> accepted, List<Intake.Reject> rejected) {
        try {
            RawEvent raw = read(event);
            Verdict verdict = EventGate.decide(raw, Optional.empty(), request, Utf8.of(event), suppressed, plans);
            if (verdict.isSuppressed()) {
                return;
            }
            if (verdict.accepted() != null) {
                accepted.add(verdict.accepted());
                return;
            }
            Rejection rejection = verdict.rejection();
            rejected.add(new Intake.Reject(index, rejection.planned() != null
                    ? EventGate.deadLetter(raw, event, rejection, request)
                    : deadLetter(original, rejection.code(), rejection.message(), request.source(),
                            request.receivedAt())));
        } catch (IOException e) {
            throw new IllegalStateException("JSON that was just written can be read", e);
        }
    }

    private static DeadLetter deadLetter(byte[] original, String code, String message, String source, long now) {
        return new DeadLetter(UUID.randomUUID().toString(), source, "mapping", code, message,
                Instant.ofEpochMilli(now), original);
    }

    private record Span(int from, int to, int depth) { }

    /** Where each item stands in the payload. */
    private List<Span> spans(byte[] bytes) throws IOException {
        try (JsonParser parser = Json.SCANNER.createParser(bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IOException("the body is empty");
            }
            List<Span> spans = null;
            if (items.isEmpty()) {
                spans = first == JsonToken.START_ARRAY ? elements(parser) : List.of(span(parser));
            } else if (first == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    boolean wanted = items.equals(parser.currentName());
                    JsonToken token = parser.nextToken();
                    if (token == JsonToken.START_ARRAY && wanted) {
                        spans = elements(parser);
                    } else if (token == JsonToken.START_OBJECT && wanted) {
                        spans = List.of(span(parser));
                    } else {
                        RawEvent.skip(parser);
                    }
                }
            }
            if (spans == null || parser.nextToken() != null) {
                throw new IOException("the body has another form");
            }
            return spans;
        }
    }

    private static List<Span> elements(JsonParser parser) throws IOException {
        List<Span> spans = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            spans.add(span(parser));
        }
        return spans;
    }

    private static Span span(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        int depth = RawEvent.skip(parser);
        return new Span(from, (int) parser.currentLocation().getByteOffset(), depth);
    }

    private List<byte[]> run(Span span, Utf8 mended, Map<String, JsonNode> variables) throws ItemRejected {
        if (span.depth() > Json.MAX_EVENT_DEPTH) {
            throw new ItemRejected("bad_request", EventGate.tooDeep("the item", span.depth()));
        }
        if (mended.isMalformed(span.from(), span.to())) {
            throw new ItemRejected("bad_request", "the item is not UTF-8");
        }
        try {
            JsonNode item = Json.MAPPER.readTree(mended.bytes(), span.from(), span.to() - span.from());
            return events(program.run(variables, item));
        } catch (JsltException e) {
            // what error("...") says comes with a prefix
            throw new ItemRejected("mapping_failed",
                    String.valueOf(e.getMessageWithoutLocation()).replaceFirst("^error: ", ""));
        } catch (IOException e) {
            throw new ItemRejected("bad_request", "the item cannot be read");
        }
    }

    private static final class ItemRejected extends Exception {

        private final String code;

        ItemRejected(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }
    }
}
