package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stripe's API with {@value #KEY} as its only key: what a session writes by SDK or by the methods below is read back, and
 * told of by events for 30 days of the sandbox's clock. The faults of data mean here: EQUAL_STAMPS ends a page within a
 * second; OUT_OF_ORDER turns a page round except for its last row; EMPTY_PAGE has {@code has_more} and no rows; LATE_ROWS
 * keeps what is made next out of lists for {@link #LATENESS}; SCHEMA_CHANGE gives the rows of a page {@code risk_score},
 * in its second half as text; NUL_BYTES puts one into metadata. The last two change the objects
 * themselves, without an event.
 */
public final class StripeFake implements Fake {

    public static final String KEY = "sk_test_sandbox";
    public static final String VERSION = "2022-11-15";
    public static final Duration LATENESS = Store.LATENESS;
    private static final int REMEMBERED_KEYS = 1000;

    private final Clock clock;
    private final Population population;
    private final Store store;
    private final Business business;
    private final Api api;
    private final Writes writes;
    private final Mutations mutations;
    private final LargeCharges large;
    private final Map<String, AtomicLong> requests = new ConcurrentHashMap<>();
    private final AtomicLong requestIds = new AtomicLong();
    private final Map<String, Repeatable> repeatables = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Repeatable> eldest) {
            return size() > REMEMBERED_KEYS;
        }
    };
    private volatile boolean isRevoked;
    private volatile int perSecond;
    private long second;
    private int inSecond;

    /** What a request with an idempotency key led to. */
    private record Repeatable(String request, SandboxAnswer answer) { }

    /** A webhook request as Stripe would send it. */
    public record SignedEvent(byte[] body, String signature) { }

    /** @param customers of 50 on, every field of every collection is set somewhere */
    public StripeFake(Population population, SandboxClock clock, Faults faults, int customers) {
        this(population, clock, faults, customers, null);
    }

    private StripeFake(Population population, SandboxClock clock, Faults faults, int customers, LargeCharges large) {
        this.clock = clock;
        this.population = population;
        this.large = large;
        this.store = new Store(clock, faults, new Ids(population.random(0, 30)));
        this.business = new Business(store);
        Random random = population.random(0, 33);
        this.api = new Api(business, faults, clock, random);
        this.writes = new Writes(business, random);
        this.mutations = new Mutations(population, business, customers);
        new Generator(population, store, business).run(customers);
    }

    /** A fake with nothing but charges, as many as you like: none is kept, and answers cost next to nothing. */
    public static StripeFake large(long charges, SandboxClock clock, Faults faults) {
        return new StripeFake(new Population(1), clock, faults, 0,
                new LargeCharges(charges, clock.instant().getEpochSecond() - Duration.ofDays(1).toSeconds()));
    }

    @Override
    public String partner() {
        return Store.PARTNER;
    }

    @Override
    public String credentials() {
        return "key " + KEY;
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        requests.computeIfAbsent(request.path(), path -> new AtomicLong()).incrementAndGet();
        SandboxAnswer answer;
        try {
            authenticate(request);
            count();
            answer = large != null && large.answers(request) ? large.answer(request) : repeatable(request);
        } catch (Refusal refusal) {
            answer = refusal.answer();
        }
        return decorate(answer, request.header("stripe-version").orElse(VERSION));
    }

    private SandboxAnswer decorate(SandboxAnswer answer, String version) {
        return answer.with("Request-Id", String.format("req_%014d", requestIds.incrementAndGet()))
                .with("Stripe-Version", version);
    }

    private void authenticate(SandboxRequest request) {
        String header = request.header("authorization").orElse("");
        String key = "";
        if (header.startsWith("Bearer ")) {
            key = header.substring("Bearer ".length()).strip();
        } else if (header.startsWith("Basic ")) {
            key = new String(Base64.getMimeDecoder().decode(header.substring("Basic ".length())), StandardCharsets.UTF_8)
                    .split(":", -1)[0];
        }
        if (key.isEmpty()) {
            throw new Refusal(401, "invalid_request_error", null, "You did not provide an API key. You need to provide your "
                    + "API key in the Authorization header, using Bearer auth.", null);
        }
        if (!key.equals(KEY)) {
            throw new Refusal(401, "invalid_request_error", null, "Invalid API Key provided: " + masked(key), null);
        }
        if (isRevoked) {
            throw new Refusal(401, "invalid_request_error", "api_key_expired", "Expired API Key provided: " + masked(key),
                    null);
        }
    }

    private static String masked(String key) {
        return key.length() < 12 ? "****" : key.substring(0, 8) + "****" + key.substring(key.length() - 4);
    }

    private synchronized void count() {
        long now = clock.instant().getEpochSecond();
        inSecond = now == second ? inSecond + 1 : 1;
        second = now;
        if (perSecond > 0 && inSecond > perSecond) {
            throw tooMany();
        }
    }

    private static Refusal tooMany() {
        return new Refusal(429, "invalid_request_error", "rate_limit", "Request rate limit exceeded. Learn more about rate "
                + "limits here https://stripe.com/docs/rate-limits.", null);
    }

    /** A POST with an idempotency key that was seen is answered as then. */
    private synchronized SandboxAnswer repeatable(SandboxRequest request) {
        boolean newShape = NewShape.isAskedForBy(request.header("stripe-version").orElse(VERSION));
        String key = request.method().equals("POST") ? request.header("idempotency-key").orElse(null) : null;
        String fingerprint = request.path() + "\n" + request.text();
        Repeatable before = key == null ? null : repeatables.get(key);
        if (before != null && !before.request.equals(fingerprint)) {
            throw new Refusal(400, "idempotency_error", null, "Keys for idempotent requests can only be used with the same "
                    + "parameters they were first used with.", null);
        }
        if (before != null) {
            return before.answer.with("Idempotent-Replayed", "true");
        }
        SandboxAnswer answer = SandboxAnswer.json(200, api.answer(request, newShape));
        if (key != null) {
            repeatables.put(key, new Repeatable(fingerprint, answer));
        }
        return answer;
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        String limited = "Stripe-Rate-Limited-Reason";
        SandboxAnswer answer = switch (fault.kind()) {
            case RATE_LIMIT -> tooMany().answer().with(limited, "global-rate")
                    .with("Retry-After", String.valueOf(fault.delay().toSeconds()));
            case RATE_LIMIT_BARE -> tooMany().answer().with(limited, "global-rate");
            case UNAUTHORIZED -> new Refusal(401, "invalid_request_error", "api_key_expired",
                    "Expired API Key provided: " + masked(KEY), null).answer();
            case FORBIDDEN -> new Refusal(403, "invalid_request_error", null, "The provided key '" + masked(KEY) + "' does not "
                    + "have the required permissions for this endpoint. Enabling permission 'Read' would allow this.", null)
                    .answer();
            case NOT_FOUND -> Refusal.noSuch(404, "object", "gone", "id").answer();
            case EXPIRED_CURSOR -> Refusal.noSuch(400, "object", "gone", "starting_after").answer();
            default -> new Refusal(500, "api_error", null, "An unknown error occurred", null).answer();
        };
        return decorate(answer, VERSION);
    }

    /** From now on the key is refused as expired. */
    public void revokeKey() {
        isRevoked = true;
    }

    public void restoreKey() {
        isRevoked = false;
    }

    /** As many requests in a second of the sandbox's clock are answered; 0 for any number. A sandbox of Stripe has 25. */
    public void limit(int requestsPerSecond) {
        perSecond = requestsPerSecond;
    }

    /** Every so-and-so-manyth event comes in the shape of API 2026-10-28; 0 for none. */
    public synchronized void newShapeEvery(int events) {
        store.newShapeEvery(events);
    }

    /** Something happens, at the time of the sandbox's clock; answers what. */
    public synchronized String mutate(Random random) {
        return mutations.run(random);
    }

    /** As a POST would. Of what belongs to another object the fields name it: {@code customer}, {@code invoice}... */
    public synchronized ObjectNode create(String collection, ObjectNode fields) {
        ObjectType type = type(collection);
        return store.rendering().render(switch (type) {
            case INVOICE_LINE -> business.billing.addLine(fields.get("invoice").asText(), node -> {
                node.setAll(fields);
                node.remove("invoice");
            });
            case CARD, BANK_ACCOUNT -> store.create(type, node -> node.setAll(fields));
            case TRANSFER_REVERSAL -> business.money.reverse(fields.get("transfer").asText(), fields.get("amount").asInt());
            case FEE_REFUND -> business.money.refundFee(fields.get("fee").asText(), fields.get("amount").asInt());
            case DISPUTE -> business.money.dispute(fields.get("charge").asText(), population.person(0), new Random(1));
            case DISCOUNT -> business.people.discount(fields.get("customer").asText(), fields.path("subscription").textValue(),
                    store.shelf(ObjectType.COUPON).find(fields.get("coupon").asText()).orElseThrow());
            default -> writes.create(type, fields, "/v1/" + type.path);
        });
    }

    public synchronized ObjectNode update(String collection, String id, ObjectNode fields) {
        return store.rendering().render(writes.update(type(collection), id, fields));
    }

    /** Deletes it; a subscription is cancelled, a payment method detached, as there is no deleting them. */
    public synchronized void delete(String collection, String id) {
        ObjectType type = type(collection);
        switch (type) {
            case CARD, BANK_ACCOUNT -> business.people.deleteSource(type, id);
            case INVOICE_LINE -> business.billing.removeLine(id);
            case PAYMENT_METHOD -> writes.act(type, id, "detach", Json.MAPPER.createObjectNode());
            case DISCOUNT -> {
                ObjectNode discount = store.shelf(type).find(id).orElseThrow();
                business.people.removeDiscount(discount.get("customer").asText(), discount.get("subscription").textValue());
            }
            default -> new Deletes(business).delete(type, id, "/v1/" + type.path + "/" + id);
        }
    }

    private static ObjectType type(String collection) {
        return ObjectType.ofCollection(collection).orElseThrow(() -> new IllegalArgumentException(
                "Stripe has no collection " + collection));
    }

    /** What a copy of the collection should hold now, by id; what is gone is there with {@code deleted: true}. */
    public synchronized Map<String, ObjectNode> current(String collection) {
        return new Truth(store).of(collection);
    }

    /** The events of the last 30 days, newest first, with those that no list shows yet. */
    public synchronized List<ObjectNode> events() {
        return store.events().stream().map(ObjectNode::deepCopy).toList();
    }

    /** Changes a charge of {@link #large}, with an event. */
    public synchronized String changeLarge(long index) {
        ObjectNode charge = large.change(index);
        store.emit("charge.updated", charge, Json.MAPPER.createObjectNode().putObject("metadata"));
        return charge.get("id").textValue();
    }

    /** The webhook request that tells of an event, signed now with each of the secrets. */
    public SignedEvent signed(ObjectNode event, String... secrets) {
        byte[] body = event.toPrettyString().getBytes(StandardCharsets.UTF_8);
        return new SignedEvent(body, signature(clock.instant().getEpochSecond(), body, secrets));
    }

    /** A value of {@code Stripe-Signature}. */
    public static String signature(long second, byte[] body, String... secrets) {
        return WebhookSignature.header(second, body, secrets);
    }

    /** How many requests there were to paths that begin so. */
    public long requests(String pathPrefix) {
        return requests.entrySet().stream().filter(entry -> entry.getKey().startsWith(pathPrefix))
                .mapToLong(entry -> entry.getValue().get()).sum();
    }
}
