package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonToken;
import dev.serai.ingest.RawEvent.Field;
import dev.serai.model.DeadLetter;
import dev.serai.model.EventType;
import dev.serai.model.Intake;
import dev.serai.model.Json;
import dev.serai.plan.Glimpse;
import dev.serai.plan.Plans;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides whether an event may come in, and writes it in the one form of topic {@code events}. Every event passes
 * here, from an SDK, a webhook or a mapping, so the rules hold for all.
 *
 * <p>The rules and their codes are Segment's ("Failed on ingest", delivery overview); where Segment stays silent and
 * drops, the hub says why. A rejected event never costs its neighbours. The event is assembled from byte ranges of
 * the request: nothing is parsed into a tree, and what the hub does not know comes out as it went in.
 */
final class EventGate {

    static final int MAX_EVENT_BYTES = 32 * 1024;
    static final int MAX_MESSAGE_ID_CHARACTERS = 100;

    /** What an event may grow to when the context around its batch is merged into it. */
    private static final int MAX_MERGED_BYTES = 64 * 1024;

    /** The request around an event: where it came from, and what it gives to each of its events. */
    record Request(String source, long receivedAt, String receivedAtText, Client client, RawEvent outer) {

        Request(String source, long receivedAt, Client client, RawEvent outer) {
            this(source, receivedAt, Timestamps.format(receivedAt), client, outer);
        }
    }

    /**
     * The sender's device, for calls that come from it directly.
     *
     * @param own       whether every event of the call is the device's own, as with browser and mobile SDKs
     * @param ip        the address it called from; null if unknown
     * @param userAgent null if it told none
     */
    record Client(boolean own, String ip, String userAgent) {
        static final Client NONE = new Client(false, null, null);
    }

    /** Why an event is rejected; a code of Segment's where there is one. */
    record Rejection(String code, String message, byte[] planned) {

        /** @param planned the event in its form on topic {@code events}, where the tracking plan blocks it; else null */
        Rejection { }

        Rejection(String code, String message) {
            this(code, message, null);
        }
    }

    /** One of the two is null; both are where the event must leave no trace. */
    record Verdict(Intake.Accepted accepted, Rejection rejection) {

        private static final Verdict SUPPRESSED = new Verdict(null, null);

        boolean isSuppressed() {
            return accepted == null && rejection == null;
        }
    }

    private EventGate() {
    }

    /**
     * @param type    the type that the route implies; empty when the event must tell it
     * @param mended  the request's bytes, to tell whether this event's own were UTF-8
     */
    static Verdict decide(RawEvent event, Optional<EventType> type, Request request, Utf8 mended,
                          SuppressedUsers suppressed, Plans plans) {
        if (suppressed.sent(event)) {
            return Verdict.SUPPRESSED;
        }
        Rejection rejection = form(event, mended);
        if (rejection != null) {
            return new Verdict(null, rejection);
        }
        Optional<EventType> told = type.or(() -> EventType.of(event.text(Field.TYPE)));
        if (told.isEmpty()) {
            return new Verdict(null, new Rejection("bad_request",
                    "'type' must be one of track, identify, page, screen, group, alias"));
        }
        rejection = rules(event, told.get());
        if (rejection == null) {
            rejection = merged(event, request.outer());
        }
        if (rejection != null) {
            return new Verdict(null, rejection);
        }
        Plans.Outcome planned = plans.check(request.source(), glimpse(event, told.get()),
                write(event, told.get(), request));
        if (planned.isBlocked()) {
            return new Verdict(null, new Rejection(planned.code(), planned.message(), planned.value()));
        }
        String owner = firstNonEmpty(event.text(Field.USER_ID), event.text(Field.ANONYMOUS_ID));
        return new Verdict(new Intake.Accepted(owner.getBytes(StandardCharsets.UTF_8), planned.value(), told.get()), null);
    }

    private static Glimpse glimpse(RawEvent event, EventType type) {
        return new Glimpse(type.wireName(), event.text(Field.EVENT), event.text(Field.MESSAGE_ID), event.bytes(),
                new Glimpse.Range(event.from(Field.PROPERTIES), event.to(Field.PROPERTIES)),
                new Glimpse.Range(event.from(Field.TRAITS), event.to(Field.TRAITS)));
    }

    /** The dead letter of a rejected event, with its original bytes; if the plan blocks it, as it would have gone on. */
    static DeadLetter deadLetter(RawEvent event, byte[] original, Rejection rejection, Request request) {
        String id = event.text(Field.MESSAGE_ID);
        return new DeadLetter(id == null || id.isEmpty() || id.length() > MAX_MESSAGE_ID_CHARACTERS ? newId() : id,
                request.source(), rejection.planned() == null ? "ingest" : Plans.STAGE, rejection.code(), rejection.message(),
                Instant.ofEpochMilli(request.receivedAt()), rejection.planned() != null ? rejection.planned()
                        : Arrays.copyOfRange(original, event.start(), event.end()));
    }

    private static Rejection form(RawEvent event, Utf8 mended) {
        if (!event.isObject()) {
            return new Rejection("bad_request", "an event must be a JSON object");
        }
        if (event.length() > MAX_EVENT_BYTES) {
            return new Rejection("bad_request", "the event is " + event.length() + " bytes, the limit is "
                    + MAX_EVENT_BYTES);
        }
        if (event.depth() > Json.MAX_EVENT_DEPTH) {
            return new Rejection("bad_request", tooDeep("the event", event.depth()));
        }
        if (mended.isMalformed(event.start(), event.end())) {
            return new Rejection("bad_request", "the event is not UTF-8");
        }
        return null;
    }

    /** @param depth as {@link RawEvent#skip} tells it */
    static String tooDeep(String what, int depth) {
        return depth >= RawEvent.UNREADABLE ? what + " has a number that is out of range"
                : what + " is nested " + depth + " levels deep, the limit is " + Json.MAX_EVENT_DEPTH;
    }

    private static Rejection merged(RawEvent event, RawEvent outer) {
        int depth = outer == null ? 0 : 1 + Math.max(outer.context().depth(), outer.integrations().depth());
        if (depth > Json.MAX_EVENT_DEPTH) {
            return new Rejection("bad_request", tooDeep("the context around the batch", depth));
        }
        int bytes = event.length() + (outer == null ? 0 : outer.around());
        return bytes > MAX_MERGED_BYTES
                ? new Rejection("bad_request", "the event and the context around its batch are " + bytes
                        + " bytes together, the limit is " + MAX_MERGED_BYTES)
                : null;
    }

    private static Rejection rules(RawEvent event, EventType type) {
        Rejection rejection = ids(event, type);
        if (rejection == null) {
            rejection = switch (type) {
                case TRACK -> name(event, Field.EVENT, "event", "event_not_string", true);
                case PAGE, SCREEN -> {
                    Rejection name = name(event, Field.NAME, "name", "name_not_string", false);
                    yield name != null ? name : name(event, Field.CATEGORY, "category", "category_not_string", false);
                }
                default -> null;
            };
        }
        if (rejection == null) {
            rejection = object(event, Field.PROPERTIES, "properties", "properties_not_object");
        }
        if (rejection == null) {
            rejection = object(event, Field.TRAITS, "traits", "traits_not_object");
        }
        if (rejection == null) {
            rejection = object(event, Field.CONTEXT, "context", "bad_request");
        }
        if (rejection == null) {
            rejection = object(event, Field.INTEGRATIONS, "integrations", "bad_request");
        }
        if (rejection == null && event.context().violation() != null) {
            String code = event.context().violation();
            rejection = new Rejection(code, code.startsWith("consent")
                    ? "context.consent must hold categoryPreferences, an object of booleans, and a numeric version"
                    : "context.device.advertisingId must be a string");
        }
        return rejection != null ? rejection : messageId(event);
    }

    private static Rejection ids(RawEvent event, EventType type) {
        boolean user = event.has(Field.USER_ID);
        boolean anonymous = event.has(Field.ANONYMOUS_ID);
        if (user && event.text(Field.USER_ID) == null || anonymous && event.text(Field.ANONYMOUS_ID) == null) {
            return new Rejection("id_not_string", "userId and anonymousId must be strings; send numbers in quotes");
        }
        if (firstNonEmpty(event.text(Field.USER_ID), event.text(Field.ANONYMOUS_ID)) == null) {
            return user || anonymous
                    ? new Rejection("id_not_string", "userId and anonymousId must not be empty")
                    : new Rejection("no_user_anon_id", "an event needs a userId or an anonymousId");
        }
        Field required = switch (type) {
            case GROUP -> Field.GROUP_ID;
            case ALIAS -> Field.PREVIOUS_ID;
            default -> null;
        };
        if (required != null) {
            String name = required == Field.GROUP_ID ? "groupId" : "previousId";
            if (!event.has(required)) {
                return new Rejection("id_required", type.wireName() + " needs a " + name);
            }
            if (event.text(required) == null || event.text(required).isEmpty()) {
                return new Rejection("id_not_string", name + " must be a string that is not empty");
            }
        }
        return null;
    }

    private static Rejection name(RawEvent event, Field field, String name, String code, boolean required) {
        if (event.has(field) && event.text(field) == null) {
            return new Rejection(code, name + " must be a string");
        }
        if (required && (event.text(field) == null || event.text(field).isEmpty())) {
            return new Rejection("event_not_defined", "track needs an event, its name in Object Action form");
        }
        return null;
    }

    private static Rejection object(RawEvent event, Field field, String name, String code) {
        return event.has(field) && event.token(field) != JsonToken.START_OBJECT
                ? new Rejection(code, name + " must be an object")
                : null;
    }

    private static Rejection messageId(RawEvent event) {
        if (!event.has(Field.MESSAGE_ID)) {
            return null;
        }
        String id = event.text(Field.MESSAGE_ID);
        if (id == null) {
            return new Rejection("bad_request", "messageId must be a string");
        }
        return id.length() > MAX_MESSAGE_ID_CHARACTERS
                ? new Rejection("bad_request", "messageId has " + id.length() + " characters, the limit is "
                        + MAX_MESSAGE_ID_CHARACTERS)
                : null;
    }

    private static byte[] write(RawEvent event, EventType type, Request request) {
        RawEvent outer = request.outer();
        JsonBytes out = new JsonBytes(event.length() + 512);
        out.ascii("{\"source\":\"").ascii(request.source());
        out.ascii("\",\"type\":\"").ascii(type.wireName()).ascii("\"");
        if (event.text(Field.MESSAGE_ID) == null || event.text(Field.MESSAGE_ID).isEmpty()) {
            out.ascii(",\"messageId\":\"").ascii(newId()).ascii("\"");
        } else {
            out.member("messageId", event, Field.MESSAGE_ID);
        }
        if (type == EventType.TRACK) {
            out.member("event", event, Field.EVENT);
        }
        id(out, "userId", event, Field.USER_ID);
        id(out, "anonymousId", event, Field.ANONYMOUS_ID);
        id(out, "groupId", event, Field.GROUP_ID);
        id(out, "previousId", event, Field.PREVIOUS_ID);
        if (type == EventType.PAGE || type == EventType.SCREEN) {
            out.member("name", event, Field.NAME).member("category", event, Field.CATEGORY);
        }
        out.member("channel", event, Field.CHANNEL);
        times(out, event, outer, request);
        boolean client = request.client().own() || event.context().direct() || outer != null
                && outer.context().direct();
        out.merged("context", event, event.context(), Field.CONTEXT, outer,
                client ? request.client() : Client.NONE);
        out.merged("integrations", event, event.integrations(), Field.INTEGRATIONS, outer,
                Client.NONE);
        out.member("properties", event, Field.PROPERTIES).member("traits", event, Field.TRAITS);
        if (event.token(Field.UNPLANNED) == JsonToken.VALUE_TRUE) {
            out.ascii(",\"unplanned\":true");
        }
        for (RawEvent.Extra extra : event.extras()) {
            out.member(extra.name(), event.bytes(), extra.from(), extra.to());
        }
        return out.ascii("}").toByteArray();
    }

    private static void id(JsonBytes out, String name, RawEvent event, Field field) {
        if (event.text(field) != null && !event.text(field).isEmpty()) {
            out.member(name, event, field);
        }
    }

    /**
     * The four times: {@code timestamp = receivedAt - (sentAt - originalTimestamp)} takes out what the client's clock
     * is wrong by (Segment's spec, common fields). What is no time is left out; then the event happened when it came.
     */
    private static void times(JsonBytes out, RawEvent event, RawEvent outer, Request request) {
        long original = Timestamps.parse(event.text(Field.TIMESTAMP));
        RawEvent sender = Timestamps.parse(event.text(Field.SENT_AT)) == Timestamps.NONE && outer != null
                ? outer : event;
        long sent = Timestamps.parse(sender.text(Field.SENT_AT));
        if (original == Timestamps.NONE) {
            out.ascii(",\"timestamp\":\"").ascii(request.receivedAtText()).ascii("\"");
        } else {
            long corrected = sent == Timestamps.NONE ? original : request.receivedAt() - (sent - original);
            out.ascii(",\"timestamp\":\"").ascii(Timestamps.format(Math.max(0, corrected))).ascii("\"");
            out.member("originalTimestamp", event, Field.TIMESTAMP);
        }
        if (sent != Timestamps.NONE) {
            out.member("sentAt", sender, Field.SENT_AT);
        }
        out.ascii(",\"receivedAt\":\"").ascii(request.receivedAtText()).ascii("\"");
    }

    private static String firstNonEmpty(String first, String second) {
        if (first != null && !first.isEmpty()) {
            return first;
        }
        return second != null && !second.isEmpty() ? second : null;
    }

    /** A random UUID; it must be unique, not unguessable, so it need not cost a secure one. */
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = random.nextLong() & 0xffffffffffff0fffL | 0x4000L;
        long least = random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }
}
