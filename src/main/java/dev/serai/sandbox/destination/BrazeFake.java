package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Braze's users, subscription groups and aliases. It takes what it can and names the rest by list and place, still with
 * 201; only where nothing is left it answers 400. It knows no repetition. At most 75 objects in all three lists together,
 * as the newer pages have it.
 */
public final class BrazeFake extends DestinationFake {

    public static final String API_KEY = "sandbox-braze-key";

    private static final int MOST_OBJECTS = 75;
    private static final int MOST_USERS = 50;
    private static final int MOST_BYTES = 4_000_000;
    private static final int MOST_ITEM_BYTES = 100_000;
    private static final int MOST_PIECES = 100;
    private static final List<String> LISTS = List.of("attributes", "events", "purchases");
    private static final List<String> USERS = List.of("external_id", "user_alias", "braze_id", "email", "phone");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final Allowance requests;
    private final Allowance subscriptions;

    public BrazeFake(SandboxClock clock, Faults faults) {
        super("braze", clock, faults, FOR_EVER);
        this.requests = new Allowance(clock, 3000, Duration.ofSeconds(3));
        this.subscriptions = new Allowance(clock, 5000, Duration.ofMinutes(1));
    }

    @Override
    public String credentials() {
        return "apiKey " + API_KEY;
    }

    @Override
    String retryHeader() {
        return "X-Ratelimit-Retry-After";
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!call.hasBearer(API_KEY)) {
            throw refused(401, "Invalid API Key");
        }
        atMost(MOST_BYTES, call);
        switch (call.line()) {
            case "POST /users/track":
                within(requests, "track");
                return track(call, json(call));
            case "POST /v2/subscription/status/set":
                within(subscriptions, "subscription");
                return subscribe(call, items(json(call), "subscription_groups"));
            case "POST /users/alias/new":
                return alias(call, items(json(call), "user_aliases"));
            default:
                throw refused(404, "Not Found");
        }
    }

    private SandboxAnswer track(Call call, JsonNode body) {
        Map<String, List<JsonNode>> lists = new TreeMap<>();
        LISTS.stream().filter(body::has).forEach(name -> lists.put(name, items(body, name)));
        int count = lists.values().stream().mapToInt(List::size).sum();
        if (count > MOST_OBJECTS) {
            throw refused(400, "Max Input Length Exceeded");
        }
        ObjectNode answer = object().put("message", "success");
        ArrayNode errors = answer.arrayNode();
        boolean isRefusing = isRefusing(call);
        int taken = 0;
        for (Map.Entry<String, List<JsonNode>> list : lists.entrySet()) {
            List<Flaw> flaws = flaws(list.getValue(), item -> flaw(list.getKey(), item), isRefusing);
            flaws.forEach(flaw -> errors.addObject().put("type", flaw.message()).put("input_array", list.getKey())
                    .put("index", flaw.index()));
            List<JsonNode> sound = sound(list.getValue(), flaws);
            taken += sound.size();
            if (!sound.isEmpty()) {
                answer.put(list.getKey() + "_processed", sound.size());
            }
            sound.forEach(item -> record(list.getKey(), null, item));
        }
        if (!errors.isEmpty()) {
            answer.set("errors", errors);
        }
        if (taken == 0) {
            return SandboxAnswer.json(400, answer.put("message",
                    "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."));
        }
        return SandboxAnswer.json(201, answer);
    }

    private static Optional<Flaw> flaw(String list, JsonNode item) {
        if (USERS.stream().noneMatch(item::hasNonNull)) {
            return Flaw.of("", "external_id", "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required");
        }
        if (item.hasNonNull("user_alias") && !isAlias(item.path("user_alias"))) {
            return Flaw.of("", "user_alias", "'user_alias' must have 'alias_name' and 'alias_label'");
        }
        if (bytes(item) > MOST_ITEM_BYTES) {
            return Flaw.of("", "", "the object is larger than 100 KB");
        }
        return switch (list) {
            case "events" -> event(item);
            case "purchases" -> purchase(item);
            default -> Optional.empty();
        };
    }

    private static Optional<Flaw> event(JsonNode event) {
        if (!isText(event.path("name"))) {
            return Flaw.of("", "name", "'name' is required");
        }
        if (!isTime(event.path("time"))) {
            return Flaw.of("", "time", "'time' must be an ISO 8601 time");
        }
        return properties(event, "Event");
    }

    private static Optional<Flaw> purchase(JsonNode purchase) {
        JsonNode quantity = purchase.path("quantity");
        if (!isText(purchase.path("product_id"))) {
            return Flaw.of("", "product_id", "'product_id' is required");
        }
        if (!CURRENCY.matcher(purchase.path("currency").asText()).matches()) {
            return Flaw.of("", "currency", "'currency' must be an ISO 4217 code");
        }
        if (!purchase.path("price").isNumber()) {
            return Flaw.of("", "price", "'price' is required");
        }
        if (!quantity.isMissingNode() && !quantity.isNull()
                && (!quantity.isIntegralNumber() || quantity.asInt() < 1 || quantity.asInt() > MOST_PIECES)) {
            return Flaw.of("", "quantity", "'quantity' must be between 1 and 100");
        }
        return isTime(purchase.path("time")) ? properties(purchase, "Purchase")
                : Flaw.of("", "time", "'time' must be an ISO 8601 time");
    }

    private static Optional<Flaw> properties(JsonNode item, String what) {
        boolean isReserved = item.path("properties").properties().stream().anyMatch(one -> one.getKey().startsWith("$"));
        return isReserved ? Flaw.of("", "properties", what + " property names must not start with a dollar sign")
                : Optional.empty();
    }

    private SandboxAnswer subscribe(Call call, List<JsonNode> groups) {
        List<Flaw> flaws = flaws(call, groups, BrazeFake::group);
        if (groups.isEmpty() || !flaws.isEmpty()) {
            throw refused(400, flaws.isEmpty() ? "'subscription_groups' is empty" : flaws.get(0).message());
        }
        groups.forEach(group -> record("subscription_groups", null, group));
        return SandboxAnswer.json(201, object().put("message", "success"));
    }

    /** By Braze's page on the second version: 50 of each kind of user, and not both addresses and numbers. */
    private static Optional<Flaw> group(JsonNode group) {
        List<String> given = Stream.of("external_ids", "emails", "phones").filter(group::hasNonNull).toList();
        if (!isText(group.path("subscription_group_id"))) {
            return Flaw.of("", "subscription_group_id", "'subscription_group_id' is required");
        }
        if (!List.of("subscribed", "unsubscribed").contains(group.path("subscription_state").asText())) {
            return Flaw.of("", "subscription_state", "'subscription_state' must be subscribed or unsubscribed");
        }
        if (given.isEmpty() || given.containsAll(List.of("emails", "phones"))) {
            return Flaw.of("", "external_ids", "one of 'external_ids', 'emails' and 'phones' is required");
        }
        return given.stream().anyMatch(field -> group.path(field).isEmpty() || group.path(field).size() > MOST_USERS)
                ? Flaw.of("", given.get(0), "1 to 50 users are allowed") : Optional.empty();
    }

    private SandboxAnswer alias(Call call, List<JsonNode> aliases) {
        if (aliases.size() > MOST_USERS) {
            throw refused(400, "a maximum of 50 aliases is allowed");
        }
        List<Flaw> flaws = flaws(call, aliases, alias -> isAlias(alias) ? Optional.empty()
                : Flaw.of("", "alias_name", "'alias_name' and 'alias_label' are required"));
        List<JsonNode> sound = sound(aliases, flaws);
        sound.forEach(alias -> record("user_aliases", null, alias));
        ObjectNode answer = object().put("aliases_processed", sound.size()).put("message", "success");
        flaws.forEach(flaw -> answer.withArray("/errors").addObject().put("type", flaw.message())
                .put("input_array", "user_aliases").put("index", flaw.index()));
        return SandboxAnswer.json(201, answer);
    }

    private static boolean isAlias(JsonNode alias) {
        return isText(alias.path("alias_name")) && isText(alias.path("alias_label"));
    }

    private static boolean isTime(JsonNode time) {
        try {
            DateTimeFormatter.ISO_DATE_TIME.parse(time.asText());
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, object().put("message", message));
    }
}
