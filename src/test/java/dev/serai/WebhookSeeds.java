package dev.serai;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.serai.model.Json;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Webhook.Format;
import dev.serai.sample.HttpFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A partner's samples, taken apart: what can be mutated in each request, and which of them can stand in a batch. */
final class WebhookSeeds {

    private static final ObjectReader WHOLE = Json.MAPPER.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern MAPPING = Pattern.compile(
            "map-events-action\\s+parameters:\\s+partner: \\S+\\s+mapping: (\\S+)(?:\\s+items: (\\S+))?");
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MAX_PLACES_ALIKE = 3;
    private static final int MAX_PLACE_DEPTH = 4;
    /** Less than any request may have. */
    private static final int MAX_BAD = 150_000;

    private final Partner partner;
    private final SampleHub hub;
    private final WebhookSender sender;
    private final List<Seed> all;
    private final Program program;
    private final String items;
    private final boolean hasItems;
    private final boolean hasBatches;
    private final ConfiguredSource source;

    record Outcome(int status, String body) { }

    /**
     * A sample's request.
     *
     * @param field of a form that holds the JSON; empty where the body is it
     * @param json  null where there is none
     */
    record Seed(HttpFile request, String field, JsonNode json) {

        private static Seed of(HttpFile request) {
            String body = new String(request.body(), StandardCharsets.UTF_8);
            if (!isForm(request)) {
                return new Seed(request, "", container(body));
            }
            for (String pair : body.split("&")) {
                String[] parts = pair.split("=", 2);
                JsonNode json = parts.length < 2 ? null : container(decoded(parts[1]));
                if (json != null) {
                    return new Seed(request, parts[0], json);
                }
            }
            return new Seed(request, "", null);
        }

        private static String decoded(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return text;
            }
        }

        private static JsonNode container(String text) {
            try {
                JsonNode json = WHOLE.readTree(text.getBytes(StandardCharsets.UTF_8));
                return json.isContainerNode() ? json : null;
            } catch (IOException | NumberFormatException e) {
                return null;
            }
        }

        private static boolean isReadable(String item) {
            try {
                return !item.contains(Mutations.NO_UTF8)
                        && !Json.isDeeper(Json.MAPPER.readTree(item), Json.MAX_EVENT_DEPTH - MAX_PLACE_DEPTH - 2);
            } catch (IOException e) {
                return false;
            }
        }

        private HttpFile with(byte[] body) {
            return new HttpFile(request.method(), request.path(), request.headers(), body);
        }

        HttpFile withBody(String body) {
            return with(body.getBytes(StandardCharsets.UTF_8));
        }

        private HttpFile withJson(byte[] bytes) {
            return with(field.isEmpty() ? bytes : (field + "=" + URLEncoder.encode(
                    new String(bytes, StandardCharsets.UTF_8), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }

        HttpFile mutated(Mutations mutations) {
            int kind = mutations.below(20);
            HttpFile changed = this.request;
            if (json != null && kind < 11) {
                changed = withJson(mutations.bytesOf(mutations.text(mutations.json(json))));
            } else if (isForm(request) && kind < 15) {
                changed = with(mutations.form(request.body()));
            } else if (kind < 17) {
                changed = with(mutations.bytes(request.body()));
            }
            return kind < 16 ? changed : new HttpFile(changed.method(), changed.path(), mutations.headers(changed.headers()),
                    changed.body());
        }
    }

    /**
     * A request with room for any number of items.
     *
     * @param place      the array they stand in; null where the payload is one item, and an array of such is a payload too
     * @param isInner    whether that is within an item of the payload
     * @param items      of samples alike, for one of them to go bad
     * @param neighbours the message ids of the first and the last item
     */
    record Batch(Seed seed, JsonPointer place, boolean isInner, JsonNode first, JsonNode last, List<JsonNode> items,
                 List<String> neighbours) {

        /** A bad item that is JSON. In an array within an item it leaves the whole of it one that the hub can read. */
        String bad(Mutations mutations) {
            while (true) {
                String bad = mutations.text(mutations.json(mutations.one(items)));
                if (bad.length() <= MAX_BAD && (!isInner || Seed.isReadable(bad))) {
                    return bad;
                }
            }
        }

        private String json(List<String> texts) {
            JsonNode array = new POJONode(new RawValue("[" + String.join(",", texts) + "]"));
            if (place == null || place.matches()) {
                return written(array);
            }
            JsonNode frame = seed.json().deepCopy();
            JsonNode in = frame.at(place.head());
            if (in instanceof ArrayNode outer) {
                outer.set(place.last().getMatchingIndex(), array);
            } else {
                ((ObjectNode) in).set(place.last().getMatchingProperty(), array);
            }
            return written(frame);
        }

        private static String written(JsonNode tree) {
            try {
                return Json.MAPPER.writeValueAsString(tree);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private HttpFile of(JsonNode... items) {
            return seed.withJson(json(Stream.of(items).map(Batch::written).toList()).getBytes(StandardCharsets.UTF_8));
        }

        /** The bad item between the good ones. */
        HttpFile request(String bad, Mutations mutations) {
            return seed.withJson(mutations.bytesOf(json(List.of(written(first), bad, written(last)))));
        }

        /** How many events that holds. What cannot be read is one, and costs no other. */
        int sentWith(String bad, WebhookSeeds seeds) {
            if (isInner) {
                String whole = json(List.of(written(first), bad, written(last)));
                return seeds.sent(seed.withJson(whole.getBytes(StandardCharsets.UTF_8)));
            }
            boolean isBroken = bad.contains(Mutations.NO_UTF8) && seed.field().isEmpty();
            return seeds.events(first, seed.request()) + seeds.events(last, seed.request())
                    + (isBroken ? 1 : seeds.events(tree(bad), seed.request()));
        }

        private static JsonNode tree(String item) {
            try {
                return Json.MAPPER.readTree(item.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return TextNode.valueOf("unreadable");
            }
        }
    }

    WebhookSeeds(Partner partner, SampleHub hub, WebhookSender sender) {
        this.partner = partner;
        this.hub = hub;
        this.sender = sender;
        this.all = requests(partner).stream().map(Seed::of).toList();
        Optional<Matcher> mapping = partner.routes().stream().map(file -> MAPPING.matcher(read(file)))
                .filter(Matcher::find).findFirst();
        this.program = mapping.map(found -> Program.compile(partner, found.group(1))).orElse(null);
        boolean isTracking = partner.slug().equals(Sources.TRACKING_PARTNER);
        this.items = isTracking ? "batch" : mapping.map(found -> found.group(2)).orElse("");
        this.hasItems = isTracking || mapping.isPresent();
        // one that also makes objects posts one event at a time, and lines are no array
        this.hasBatches = hasItems && partner.routes().stream().noneMatch(file -> read(file).contains("map-objects-action"))
                && partner.source().orElseThrow().webhook().format() != Format.NDJSON;
        this.source = Sources.from(Settings.of(Map.of()), Map.of(partner.slug(), partner)).byName().get(partner.slug());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every request of the partner's samples. */
    static List<HttpFile> requests(Partner partner) {
        try (Stream<Path> files = Files.walk(partner.folder())) {
            return files.filter(file -> file.endsWith("in.http")).sorted().flatMap(file -> HttpFile.parse(file).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isForm(HttpFile request) {
        return request.header("Content-Type").orElse("").startsWith(FORM);
    }

    Partner partner() {
        return partner;
    }

    List<Seed> all() {
        return all;
    }

    /** Whether several items that become events can come in an array, and not as fields of a form or lines. */
    boolean hasBatches() {
        return hasBatches && all.stream().anyMatch(seed -> seed.json() != null);
    }

    /** How many events, or refusals of one, a request must come to if it is taken; -1 if that cannot be told. */
    int sent(HttpFile request) {
        JsonNode json = Seed.of(request).json();
        String challenge = partner.source().orElseThrow().webhook().handshake().challenge();
        if (!hasItems || json == null || !request.method().equals("POST")
                || !challenge.isEmpty() && json.path(challenge).isTextual()) {
            return -1;
        }
        JsonNode among = items.isEmpty() ? json : json.path(items);
        int sent = 0;
        boolean isUtf8 = new String(request.body(), StandardCharsets.UTF_8).indexOf('\uFFFD') < 0;
        for (JsonNode item : among.isArray() ? among : Json.MAPPER.createArrayNode().add(json)) {
            sent += isUtf8 ? events(item, request) : 1;
        }
        return sent;
    }

    private int events(JsonNode item, HttpFile request) {
        if (program == null || Json.isDeeper(item, Json.MAX_EVENT_DEPTH)) {
            return 1;
        }
        ObjectNode headers = Json.MAPPER.createObjectNode();
        partner.source().orElseThrow().webhook().headers().forEach(name -> request.header(name).ifPresent(value ->
                headers.put(name.toLowerCase(java.util.Locale.ROOT), value)));
        Map<String, JsonNode> variables = new HashMap<>(Program.variables(source));
        variables.put("headers", headers);
        variables.put("receivedAt", TextNode.valueOf(SampleHub.NOW.toString()));
        try {
            JsonNode events = program.run(variables, item);
            return events.isNull() ? 0 : events.isArray() ? events.size() : 1;
        } catch (RuntimeException e) {
            return 1;
        }
    }

    /**
     * The batches that can be made of the samples, found by trying: an array is one of items if twice the first and once the
     * last come to just the events that each comes to alone.
     */
    List<Batch> batches() {
        List<Batch> found = new ArrayList<>();
        Map<String, Integer> tried = new HashMap<>();
        for (Seed seed : all) {
            if (seed.json() != null) {
                List<JsonPointer> places = new ArrayList<>();
                if (seed.json().isObject()) {
                    places.add(null);
                }
                arrays(seed.json(), JsonPointer.empty(), 0, places);
                for (JsonPointer place : places) {
                    String shape = place == null ? "around" : place.toString().replaceAll("\\d+", "0");
                    if (!isWithinItem(place) || tried.merge(shape, 1, Integer::sum) <= MAX_PLACES_ALIKE) {
                        batch(seed, place).ifPresent(found::add);
                    }
                }
            }
        }
        return found;
    }

    /** All the lines of a partner that posts such. */
    Batch lines() {
        List<JsonNode> items = all.stream().flatMap(seed -> new String(seed.request().body(), StandardCharsets.UTF_8).lines())
                .map(Seed::container).filter(Objects::nonNull).toList();
        Batch empty = new Batch(all.get(0), null, false, items.get(0), items.get(1), items, List.of());
        List<String> neighbours = usual(empty.seed().withBody(empty.first() + "\n" + empty.last()));
        return new Batch(empty.seed(), null, false, empty.first(), empty.last(), items, neighbours);
    }

    private boolean isWithinItem(JsonPointer place) {
        return place != null && !place.toString().equals(items.isEmpty() ? "" : "/" + items);
    }

    private static void arrays(JsonNode node, JsonPointer at, int depth, List<JsonPointer> places) {
        if (depth > MAX_PLACE_DEPTH) {
            return;
        }
        if (node.isArray()) {
            places.add(at);
            for (int i = 0; i < node.size(); i++) {
                arrays(node.get(i), at.appendIndex(i), depth + 1, places);
            }
        } else {
            node.fields().forEachRemaining(field -> arrays(field.getValue(), at.appendProperty(field.getKey()), depth + 1, places));
        }
    }

    private Optional<Batch> batch(Seed seed, JsonPointer place) {
        List<JsonNode> candidates = new ArrayList<>();
        if (place == null) {
            candidates.add(seed.json());
        } else {
            seed.json().at(place).forEach(candidates::add);
        }
        Batch empty = new Batch(seed, place, isWithinItem(place), null, null, candidates, List.of());
        JsonNode first = null;
        JsonNode last = null;
        List<String> firstIds = List.of();
        List<String> lastIds = List.of();
        for (JsonNode candidate : candidates) {
            List<String> ids = candidate.isObject() && last == null || first == null ? usual(empty.of(candidate)) : List.of();
            if (!ids.isEmpty() && first == null) {
                first = candidate;
                firstIds = ids;
            } else if (!ids.isEmpty()) {
                last = candidate;
                lastIds = ids;
            }
        }
        if (first == null) {
            return Optional.empty();
        }
        if (last == null) {
            last = first;
            lastIds = firstIds;
        }
        List<String> all = new ArrayList<>(firstIds);
        all.addAll(firstIds);
        all.addAll(lastIds);
        if (!usual(empty.of(first, first, last)).equals(all)) {
            return Optional.empty();
        }
        all.subList(0, firstIds.size()).clear();
        return Optional.of(new Batch(seed, place, empty.isInner(), first, last, candidates, all));
    }

    /** The message ids that a request comes to, each time; none if anything of it is not taken. */
    private List<String> usual(HttpFile request) {
        List<String> ids = ids(request);
        return ids.equals(ids(request)) ? ids : List.of();
    }

    private List<String> ids(HttpFile request) {
        hub.clear();
        Outcome outcome = sender.send(request).join();
        return outcome.status() != 200 || !hub.deadLetters().isEmpty() ? List.of()
                : hub.events().stream().map(event -> event.path("messageId").asText()).toList();
    }
}
