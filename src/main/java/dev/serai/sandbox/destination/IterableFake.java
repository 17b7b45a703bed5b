package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Received;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Iterable's bulk calls. A 200 counts what was refused and lists addresses, user ids and names of events, not rows; a row
 * without any user is counted and not listed. An event or order with an {@code id} that came before takes its place.
 * Iterable drops events of users it does not know; this does so only once it is told to by {@link #onlyKnownUsers}.
 */
public final class IterableFake extends DestinationFake {

    public static final String API_KEY = "sandbox-iterable-key";

    private static final int MOST_ITEMS = 1000;
    private static final int MOST_BYTES = 4_000_000;
    private static final int MOST_USER_ID = 52;
    private static final long NO_SECONDS = 100_000_000_000L;
    private static final int MOST_USERS = 100_000;
    private static final Map<Integer, String> CODES = Map.of(400, "BadParams", 401, "BadApiKey", 403, "Forbidden",
            404, "NotFound", 413, "RequestEntityTooLarge", 429, "RateLimitExceeded");

    private final Allowance trackBulk;
    private final Allowance bulkUpdate;
    private final Set<String> users = ConcurrentHashMap.newKeySet();
    private final Set<String> disallowed = ConcurrentHashMap.newKeySet();
    private volatile boolean isOnlyForKnown;

    public IterableFake(SandboxClock clock, Faults faults) {
        super("iterable", clock, faults, new Received(clock, FOR_EVER, true));
        this.trackBulk = new Allowance(clock, 10, Duration.ofSeconds(1));
        this.bulkUpdate = new Allowance(clock, 5, Duration.ofSeconds(1));
    }

    /** Whether events of users that no other call made are refused as not found. */
    public void onlyKnownUsers(boolean isOnlyForKnown) {
        this.isOnlyForKnown = isOnlyForKnown;
    }

    /** Events of this name are refused, as if the project's settings said so. */
    public void disallow(String eventName) {
        disallowed.add(eventName);
    }

    @Override
    public String credentials() {
        return "apiKey " + API_KEY;
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!call.request().header("api-key").orElse("").equals(API_KEY)) {
            throw refused(401, "Invalid API key");
        }
        atMost(MOST_BYTES, call);
        switch (call.line()) {
            case "POST /api/events/trackBulk":
                within(trackBulk, "");
                return rows(call, "events", this::event);
            case "POST /api/users/bulkUpdate":
                within(bulkUpdate, "");
                return rows(call, "users", this::user);
            case "POST /api/lists/subscribe":
            case "POST /api/lists/unsubscribe":
                return rows(call, "subscribers", this::user);
            case "POST /api/commerce/trackPurchase":
                return purchase(json(call));
            default:
                throw refused(404, "no such endpoint");
        }
    }

    private SandboxAnswer rows(Call call, String field, Flaw.Rule rule) {
        JsonNode body = json(call);
        if (field.equals("subscribers") && !body.path("listId").isIntegralNumber()) {
            throw refused(400, "listId must be a number");
        }
        List<JsonNode> rows = items(body, field);
        if (rows.size() > MOST_ITEMS) {
            throw refused(400, "at most " + MOST_ITEMS + " " + field + " are allowed");
        }
        if (field.equals("events")) {
            rows.forEach(this::checkTypes);
        }
        List<Flaw> flaws = flaws(call, rows, rule);
        String kind = field.equals("subscribers") ? call.request().path().replace("/api/lists/", "") : field;
        for (JsonNode row : sound(rows, flaws)) {
            if (!field.equals("events")) {
                remember(row);
            }
            record(kind, field.equals("events") ? text(row.path("id")) : null, row);
        }
        return SandboxAnswer.json(200, counted(rows, flaws));
    }

    /** What is not of the right type refuses the whole request. */
    private void checkTypes(JsonNode event) {
        JsonNode time = event.path("createdAt");
        if (!isText(event.path("eventName"))) {
            throw refused(400, "eventName is required");
        }
        if (!time.isMissingNode() && (!time.isIntegralNumber() || time.asLong() > NO_SECONDS)) {
            throw refused(400, "createdAt must be seconds");
        }
        if (event.has("dataFields") && !event.path("dataFields").isObject()) {
            throw refused(400, "dataFields must be an object");
        }
    }

    private Optional<Flaw> event(JsonNode event) {
        if (disallowed.contains(event.path("eventName").asText())) {
            return Flaw.of("disallowedEventNames", "eventName", "");
        }
        Optional<Flaw> flaw = user(event);
        if (flaw.isPresent() || !isOnlyForKnown || names(event).anyMatch(users::contains)) {
            return flaw;
        }
        return event.hasNonNull("email") ? Flaw.of("notFoundEmails", "email", "") : Flaw.of("notFoundUserIds", "userId", "");
    }

    private Optional<Flaw> user(JsonNode row) {
        if (row.hasNonNull("email") && !isEmail(row.path("email"))) {
            return Flaw.of("invalidEmails", "email", "");
        }
        if (row.hasNonNull("userId") && (!isText(row.path("userId")) || row.path("userId").asText().length() > MOST_USER_ID)) {
            return Flaw.of("invalidUserIds", "userId", "");
        }
        return names(row).findAny().isPresent() ? Optional.empty() : Flaw.of("nobody", "", "");
    }

    private static Stream<String> names(JsonNode row) {
        return Stream.of("email", "userId").filter(row::hasNonNull).map(field -> field + row.path(field).asText());
    }

    private void remember(JsonNode row) {
        if (users.size() < MOST_USERS) {
            names(row).forEach(users::add);
        }
    }

    private static ObjectNode counted(List<JsonNode> rows, List<Flaw> flaws) {
        ObjectNode body = object().put("successCount", rows.size() - flaws.size()).put("failCount", flaws.size());
        List.of("invalidEmails", "invalidUserIds", "filteredOutFields", "createdFields", "disallowedEventNames")
                .forEach(body::putArray);
        ObjectNode failed = body.putObject("failedUpdates");
        List.of("invalidEmails", "invalidUserIds", "notFoundEmails", "notFoundUserIds", "forgottenEmails", "forgottenUserIds")
                .forEach(failed::putArray);
        for (Flaw flaw : flaws) {
            // on demand a row is refused by what it is known by
            JsonNode row = rows.get(flaw.index());
            String field = flaw.field().equals("sandbox") ? row.hasNonNull("email") ? "email" : "userId" : flaw.field();
            String list = !flaw.field().equals("sandbox") ? flaw.reason()
                    : field.equals("email") ? "invalidEmails" : "invalidUserIds";
            for (ObjectNode place : List.of(body, failed)) {
                if (place.has(list) && row.hasNonNull(field)) {
                    place.withArray("/" + list).add(row.path(field));
                }
            }
        }
        return body;
    }

    private SandboxAnswer purchase(JsonNode order) {
        JsonNode user = order.path("user");
        if (user(user).isPresent()) {
            throw refused(400, "user must have a valid email or userId");
        }
        if (!order.path("total").isNumber()) {
            throw refused(400, "total is required");
        }
        for (JsonNode item : items(order, "items")) {
            if (!isId(item.path("id")) || !isText(item.path("name")) || !item.path("price").isNumber()
                    || !item.path("quantity").isIntegralNumber()) {
                throw refused(400, "an item needs id, name, price and quantity");
            }
        }
        remember(user);
        record("purchases", text(order.path("id")), order);
        return SandboxAnswer.json(200, object().put("msg", "").put("code", "Success").putNull("params"));
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, object().put("msg", message)
                .put("code", CODES.getOrDefault(status, "GenericError")).putNull("params"));
    }
}
