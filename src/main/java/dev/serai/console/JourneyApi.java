package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeliverySample;
import dev.serai.delivery.DestinationReport;
import dev.serai.delivery.DestinationReports;
import dev.serai.delivery.Replays;
import dev.serai.delivery.StoredFates;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Routable;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.plan.Plans;
import dev.serai.warehouse.Loader;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code GET /api/journey?messageId=}: all that is known of one event, in the order in which it happened: received, mapped and
 * planned, or rejected and why; for each destination whether routing chose it and what became of it, with request and answer
 * as far as they are kept; for each warehouse the tables that have its row.
 *
 * <p>Put together of what others know: topics, this hub's fates and samples, the warehouses. What became of it at destinations
 * is known for a day, and as far as it went through the hub that is asked.
 */
public final class JourneyApi implements AutoCloseable {

    private static final int MOST_LETTERS = 50;
    private static final Duration EARLY = Duration.ofMinutes(1);
    private static final String DELIVERY = "delivery.";

    private final Deployment deployment;
    private final KafkaConnection kafka;
    private final Replays replays;
    private final StoredFates fates;
    private final DestinationReports reports;
    private final Function<Routable, Map<String, String>> explained;
    private final LoadedRows loaded;

    /** What the journey is put together of. @param explained by destination where, or why not, the routing of now chooses it */
    public record Parts(KafkaConnection kafka, Replays replays, StoredFates fates, DestinationReports reports, Map<String, Loader> loaders,
                        Function<Routable, Map<String, String>> explained) { }

    public JourneyApi(HubHttpServer http, Deployment deployment, Parts parts) {
        this.deployment = deployment;
        this.kafka = parts.kafka();
        this.replays = parts.replays();
        this.fates = parts.fates();
        this.reports = parts.reports();
        this.explained = parts.explained();
        this.loaded = new LoadedRows(parts.loaders());
        // Kafka, disk and warehouses are asked, which must not hold up the event loop
        http.routes().get("/api/journey").handler(http.bodyReader()).blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext ctx) {
        String id = ctx.queryParams().get("messageId");
        if (id == null || id.isEmpty()) {
            Answers.error(ctx, 400, "bad_request", "name the event, as ?messageId=...");
            return;
        }
        Optional<JsonNode> json = LookupApi.event(kafka, id);
        Optional<Event> event = json.flatMap(JourneyApi::event);
        List<DeadLetter> letters = replays.deadLettersOf(id, event.map(one -> one.receivedAt().minus(EARLY)), MOST_LETTERS);
        Map<String, StoredFates.Entry> known = fates.of(id, deployment.destinations().on().stream().map(ConfiguredDestination::name)
                .toList()).orElse(Map.of());
        if (json.isEmpty() && letters.isEmpty() && known.isEmpty()) {
            Answers.error(ctx, 404, "unknown_message", "nothing is known of '" + id + "': it is neither among the last events and dead "
                    + "letters that Kafka has, nor was it routed in the last day by this hub");
            return;
        }
        Steps steps = new Steps();
        event.ifPresent(one -> in(one, steps));
        letters.stream().filter(letter -> !isDelivery(letter)).forEach(letter -> rejected(letter, event.isPresent(), steps));
        delivered(id, event, known, letters, steps);
        event.ifPresent(one -> loaded.of(one).forEach((warehouse, found) -> loaded(warehouse, found, isQueued(known.get(warehouse)), steps)));
        ObjectNode body = Json.MAPPER.createObjectNode().put("messageId", id);
        body.set("event", json.orElse(null));
        body.set("steps", steps.all);
        Answers.json(ctx, 200, body);
    }

    private static Optional<Event> event(JsonNode json) {
        try {
            return Optional.of(Event.of((ObjectNode) json));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void in(Event event, Steps steps) {
        Optional<ConfiguredSource> source = Optional.ofNullable(deployment.sources().byName().get(event.source()));
        steps.add("received", event.receivedAt(), "Received by source " + event.source() + " as " + name(event) + ".")
                .put("source", event.source());
        source.map(ConfiguredSource::partner).filter(partner -> !partner.source().orElseThrow().settings().containsKey("writeKey"))
                .ifPresent(partner -> steps.add("mapped", event.receivedAt(), "Made of what " + partner.title()
                        + " sent, by the mapping in the folder " + partner.slug() + ".").put("source", event.source()));
        if (source.flatMap(one -> one.setting(Partner.PLAN)).isPresent()) {
            planned(event, steps);
        }
    }

    private static String name(Event event) {
        return event.event().map(name -> "track, " + name).orElse(event.type().wireName());
    }

    private static void planned(Event event, Steps steps) {
        JsonNode violations = event.at("/context/violations");
        JsonNode omitted = event.at("/context/protocols/omitted");
        String code = event.at("/unplanned").asBoolean() ? Plans.UNPLANNED_EVENT : violations.isEmpty() ? null : Plans.VIOLATION;
        StringBuilder text = new StringBuilder(code == null ? "It is as the source's tracking plan says"
                : code.equals(Plans.VIOLATION) ? "It breaks the source's tracking plan" : "The source's tracking plan has no such event");
        violations.forEach(one -> text.append("; ").append(one.path("field").asText()).append(' ').append(one.path("message").asText()));
        omitted.forEach(field -> text.append("; ").append(field.asText()).append(" was taken out"));
        steps.add("planned", event.receivedAt(), text.append('.').toString()).put("source", event.source()).put("code", code);
    }

    private static boolean isDelivery(DeadLetter letter) {
        return letter.stage().startsWith(DELIVERY);
    }

    /** Of an event that came in, what routing or a warehouse gave up. */
    private static void rejected(DeadLetter letter, boolean isIn, Steps steps) {
        boolean isOfDoor = Set.of("ingest", "mapping", Plans.STAGE).contains(letter.stage());
        if (isOfDoor && !isIn) {
            steps.add("received", letter.at(), "Received by source " + letter.source() + ".").put("source", letter.source());
        }
        steps.add(isOfDoor ? "rejected" : "dead-lettered", letter.at(), letter.message()).put("source", letter.source())
                .put("by", letter.stage()).put("code", letter.code()).put("raw", new String(letter.raw(), StandardCharsets.UTF_8));
    }

    private void delivered(String id, Optional<Event> event, Map<String, StoredFates.Entry> known, List<DeadLetter> letters, Steps steps) {
        Map<String, String> places = event.map(JourneyApi::routable).map(explained).orElse(Map.of());
        Set<String> names = new TreeSet<>(known.keySet());
        letters.stream().filter(JourneyApi::isDelivery).forEach(letter -> names.add(letter.stage().substring(DELIVERY.length())));
        for (String name : names) {
            String title = Optional.ofNullable(deployment.destinations().byName().get(name)).map(one -> one.partner().title()).orElse(name);
            StoredFates.Entry entry = known.get(name);
            List<DeadLetter> own = letters.stream().filter(letter -> letter.stage().equals(DELIVERY + name)).toList();
            if (entry != null && entry.code().equals("routing_failed")) {
                continue;
            }
            if (entry == null || !entry.fate().equals("filtered") || entry.code().equals("mapping")) {
                // the place is told by the routing as it is now, which may be another than the event had
                String place = places.getOrDefault(name, "");
                steps.add("routed", null, "Routing chose " + title + (place.startsWith("chosen at ") ? ", at "
                        + place.substring("chosen at ".length()) : "") + ".").put("destination", name);
            }
            own.forEach(letter -> steps.add("dead-lettered", letter.at(), letter.message()).put("destination", name)
                    .put("code", letter.code()).with("request", letter.request()).with("response", letter.response()));
            // what becomes of it at a warehouse its tables tell
            boolean isTables = loaded.isWarehouse(name) && isQueued(entry);
            if (entry != null && !isTables && (own.isEmpty() || !entry.fate().equals("dead-lettered"))) {
                fate(id, name, title, entry, steps);
            }
        }
        if (names.isEmpty() && event.isPresent() && !deployment.destinations().on().isEmpty()) {
            steps.add("queued", null, "What became of it at destinations is not known: routing has not looked at it yet, or did so more "
                    + "than a day ago, or on another hub.");
        }
    }

    private static Routable routable(Event event) {
        try {
            return Routable.event(event.toBytes());
        } catch (IOException e) {
            throw new IllegalStateException("an event that was read can be read", e);
        }
    }

    private void fate(String id, String name, String title, StoredFates.Entry entry, Steps steps) {
        Optional<DeliverySample> sample = reports.of(name).flatMap(report -> sample(report, id));
        boolean isFiltered = entry.fate().equals("filtered");
        String text = switch (entry.fate()) {
            case "delivered" -> title + " has it" + sample.filter(one -> one.millis() >= 0).map(one -> ", " + one.millis()
                    + " ms after it was received").orElse("") + ".";
            case "queued" -> "It waits in the queue of " + title + ".";
            case "retrying" -> title + " could not take it yet (" + entry.code() + "); it is tried again.";
            case "filtered" -> Words.of(entry.code(), title);
            default -> "Given up: " + entry.code() + ".";
        };
        steps.add(entry.fate(), entry.at(), text).put("destination", name).put("by", isFiltered ? entry.code() : null)
                .put("code", isFiltered || entry.code().isEmpty() ? null : entry.code())
                .with("request", sample.map(DeliverySample::request).orElse(null))
                .with("response", sample.map(DeliverySample::response).orElse(null));
    }

    /** The newest with an answer. */
    private static Optional<DeliverySample> sample(DestinationReport report, String id) {
        return Stream.concat(report.recent().stream(), report.reasons().stream().flatMap(reason -> reason.samples().stream()))
                .filter(sample -> sample.messageId().equals(id) && !sample.request().isNull())
                .max((a, b) -> a.at().compareTo(b.at()));
    }

    private static boolean isQueued(StoredFates.Entry entry) {
        return entry != null && entry.fate().equals("queued");
    }

    /** @param isSent whether routing sent it to a warehouse that is a destination; others get everything */
    private static void loaded(String warehouse, LoadedRows.Found found, boolean isSent, Steps steps) {
        String kind = found.loader().warehouse().kind();
        if (!found.tables().isEmpty()) {
            steps.add("loaded", found.at() == null ? null : Instant.parse(found.at()), "Its rows are in " + kind + ", in "
                    + String.join(" and ", found.tables()) + ".").put("warehouse", warehouse).tables(found.tables());
        } else if (found.loader().warehouse().settings().isDestination() && !isSent) {
            return;
        } else if (found.fault() != null) {
            steps.add("loaded", null, "Whether its rows are in " + kind + " is not known: " + found.fault()).put("warehouse", warehouse)
                    .put("code", "not_known");
        } else {
            Optional<String> error = found.loader().status().error();
            steps.add(error.isPresent() ? "retrying" : "queued", null, error.map(why -> kind + " does not take it: " + why)
                    .orElse("It is not in " + kind + " yet, or the selection leaves it out, or it was loaded under the same messageId before."))
                    .put("warehouse", warehouse);
        }
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** The steps as they are answered; every step has every member. */
    private static final class Steps {

        private final ArrayNode all = Json.MAPPER.createArrayNode();

        Step add(String stage, Instant at, String text) {
            ObjectNode json = all.addObject().put("stage", stage).put("at", at == null ? null : at.toString());
            for (String member : List.of("source", "destination", "warehouse")) {
                json.putNull(member);
            }
            json.putArray("tables");
            json.putNull("by").putNull("code").put("text", text).putNull("request").putNull("response");
            return new Step(json);
        }
    }

    private record Step(ObjectNode json) {

        Step put(String member, String value) {
            json.put(member, value);
            return this;
        }

        Step with(String member, JsonNode value) {
            json.set(member, value);
            return this;
        }

        void tables(List<String> tables) {
            tables.forEach(json.withArray("/tables")::add);
        }
    }
}
