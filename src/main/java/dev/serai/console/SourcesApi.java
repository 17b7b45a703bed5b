package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.observe.Remedies;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.Partner;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Webhook;
import dev.serai.plan.Plans;
import dev.serai.sync.Syncs;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code GET /api/sources/<name>}: how a source does, what it is told and where to set it up, what came by it, what was
 * rejected with samples and what to do. The overview has the short form of each.
 *
 * <p>Besides the sources that are set up there is one for each partner folder that none of them is of, named like the folder:
 * it is off, and says what it needs.
 */
public final class SourcesApi {

    private static final String EVENTS = "kamelet:events-sink";
    private static final String OBJECTS = "kamelet:objects-sink";
    private static final String WEBHOOK = "kamelet:webhook-source";

    private final Deployment deployment;
    private final SourceCounts counts;
    private final Plans plans;
    private final Syncs syncs;
    private final boolean isOnLoopback;

    /** Where data may come in. @param configured empty while it is not set up */
    private record Door(String name, String partner, String title, Optional<Partner> folder, Optional<ConfiguredSource> configured) { }

    private enum State { ON, OFF, FAULTY }

    private record Condition(State state, String problem) { }

    public SourcesApi(HubHttpServer http, Deployment deployment, SourceCounts counts, Plans plans, Syncs syncs) {
        this.deployment = deployment;
        this.counts = counts;
        this.plans = plans;
        this.syncs = syncs;
        this.isOnLoopback = ApiAccess.isLoopback(deployment.settings().text(SettingKey.SERVER_HOST));
        // a name may have to be looked up, and collections are many
        http.routes().get("/api/sources/:name").handler(http.bodyReader()).blockingHandler(this::one, false);
    }

    /** The overview's part of each. */
    ArrayNode list() {
        Map<String, Long> violations = violations();
        ArrayNode list = Json.MAPPER.createArrayNode();
        doors().values().forEach(door -> list.add(summary(door, counts.counts(door.name()), violations.getOrDefault(door.name(), 0L))));
        return list;
    }

    private void one(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        Map<String, Door> doors = doors();
        Door door = doors.get(name);
        if (door == null) {
            Answers.error(ctx, 404, "unknown_source", "there is no source '" + name + "'; there are " + String.join(", ", doors.keySet()));
            return;
        }
        SourceCounts.Counts came = counts.counts(name);
        ObjectNode body = summary(door, came, violations().getOrDefault(name, 0L));
        body.set("settings", SettingsJson.of(SettingKey.SOURCES_PREFIX + name + ".", door.folder().flatMap(Partner::source)
                .map(Partner.Source::settings).orElse(Map.of()), door.configured().map(ConfiguredSource::settings).orElse(Map.of())));
        ArrayNode webhooks = body.putArray("webhooks");
        door.folder().ifPresent(partner -> webhooks(partner, name, ctx).forEach(webhooks::add));
        body.put("documentation", "/docs/" + door.partner());
        ObjectNode byType = body.putObject("byType");
        came.byType().forEach((type, count) -> byType.put(type.wireName(), count));
        ArrayNode rejections = body.putArray("rejections");
        came.rejections().forEach(one -> rejections.add(rejection(one)));
        ArrayNode broken = body.putArray("violations");
        plans.tallies().stream().filter(tally -> tally.source().equals(name)).forEach(tally -> broken.add(ViolationsApi.json(tally)));
        ArrayNode collections = body.putArray("collections");
        syncs.statuses().stream().filter(status -> status.path("source").asText().equals(name)).forEach(collections::add);
        Answers.json(ctx, 200, body);
    }

    private Map<String, Door> doors() {
        Map<String, Door> doors = new TreeMap<>();
        deployment.folders().problems().forEach(problem -> folderOf(problem).ifPresent(slug ->
                doors.put(slug, new Door(slug, slug, slug, Optional.empty(), Optional.empty()))));
        deployment.folders().partners().values().stream().filter(partner -> partner.source().isPresent()).forEach(partner ->
                doors.put(partner.slug(), new Door(partner.slug(), partner.slug(), partner.title(), Optional.of(partner), Optional.empty())));
        deployment.sources().byName().values().forEach(source -> {
            // another of the same partner's stands for its folder
            Optional.ofNullable(doors.get(source.partner().slug())).filter(door -> door.configured().isEmpty())
                    .ifPresent(door -> doors.remove(door.name()));
        });
        deployment.sources().byName().values().forEach(source -> doors.put(source.name(), new Door(source.name(),
                source.partner().slug(), source.partner().title(), Optional.of(source.partner()), Optional.of(source))));
        return doors;
    }

    private static Optional<String> folderOf(Problem problem) {
        return Optional.ofNullable(Path.of(problem.file()).getParent()).map(Path::getFileName).map(Path::toString);
    }

    private ObjectNode summary(Door door, SourceCounts.Counts came, long violations) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("name", door.name()).put("partner", door.partner()).put("title", door.title());
        ArrayNode in = json.putArray("in");
        door.folder().ifPresent(partner -> in(partner).forEach(in::add));
        Condition condition = condition(door);
        return json.put("state", condition.state().name().toLowerCase(java.util.Locale.ROOT)).put("problem", condition.problem())
                .put("accepted", came.accepted()).put("rejected", came.rejected()).put("violations", violations)
                .put("objects", came.objects()).put("lastAt", text(came.lastAt()));
    }

    private Condition condition(Door door) {
        if (door.folder().isEmpty()) {
            return new Condition(State.FAULTY, deployment.folders().problems().stream()
                    .filter(problem -> folderOf(problem).filter(door.name()::equals).isPresent()).map(Problem::toString)
                    .collect(Collectors.joining("; ")));
        }
        Optional<String> fault = deployment.fault(door.partner());
        if (fault.isPresent()) {
            return new Condition(State.FAULTY, fault.get());
        }
        Partner.Source declared = door.folder().get().source().orElseThrow();
        if (door.configured().isEmpty()) {
            return new Condition(State.OFF, "set " + declared.settings().entrySet().stream().filter(one -> one.getValue().required())
                    .map(one -> SettingKey.SOURCES_PREFIX + door.name() + "." + one.getKey()).collect(Collectors.joining(", ")));
        }
        ConfiguredSource source = door.configured().get();
        Optional<String> stopped = syncs.fault(door.name());
        if (stopped.isPresent()) {
            return new Condition(State.FAULTY, stopped.get());
        }
        List<String> closed = closed(source, declared);
        boolean isTracked = isTracked(door.folder().get()) && source.setting("writeKey").isPresent();
        boolean isPosted = has(door.folder().get(), WEBHOOK) && closed.isEmpty();
        Optional<String> unpulled = declared.sync().flatMap(sync -> sync.missing(source));
        boolean isPulled = declared.sync().isPresent() && unpulled.isEmpty();
        if (isTracked || isPosted || isPulled) {
            return new Condition(State.ON, closed.isEmpty() ? null : "webhooks are refused until their secret is set: " + closed.get(0));
        }
        String needed = Stream.concat(closed.stream(), unpulled.stream().map(setting -> SettingKey.SOURCES_PREFIX + source.name() + "."
                + setting)).distinct().collect(Collectors.joining(", "));
        return new Condition(State.OFF, needed.isEmpty() ? "nothing comes in by it: it has neither a write key nor a webhook nor a sync"
                : "set " + needed);
    }

    /** Beyond loopback a webhook that is signed is refused until its secret is set. */
    private List<String> closed(ConfiguredSource source, Partner.Source declared) {
        return isOnLoopback ? List.of() : declared.webhook().signature().filter(signature -> source.setting(signature.setting()).isEmpty())
                .map(signature -> List.of(SettingKey.SOURCES_PREFIX + source.name() + "." + signature.setting())).orElse(List.of());
    }

    private static boolean isTracked(Partner partner) {
        return partner.source().orElseThrow().settings().containsKey("writeKey");
    }

    private static List<String> in(Partner partner) {
        List<String> in = new ArrayList<>();
        if (has(partner, EVENTS)) {
            in.add("events");
        }
        if (has(partner, OBJECTS) || partner.source().flatMap(Partner.Source::sync).isPresent()) {
            in.add("objects");
        }
        return in;
    }

    private static boolean has(Partner partner, String kamelet) {
        return partner.texts().entrySet().stream().anyMatch(text -> text.getKey().endsWith(".camel.yaml") && text.getValue().contains(kamelet));
    }

    private List<String> webhooks(Partner partner, String source, RoutingContext ctx) {
        if (!has(partner, WEBHOOK)) {
            return List.of();
        }
        Webhook webhook = partner.source().orElseThrow().webhook();
        String hub = deployment.settings().get(SettingKey.HTTP_PUBLIC_URL).map(url -> url.replaceFirst("/+$", ""))
                .orElseGet(() -> ctx.request().scheme() + "://" + ctx.request().authority());
        String address = hub + "/webhooks/" + partner.slug();
        if (webhook.secrets().stream().anyMatch(secret -> secret.in().where() == Webhook.Where.PATH)) {
            return List.of(address + "/" + source + "/<secret>");
        }
        return source.equals(partner.slug()) ? List.of(address) : List.of(address + "/" + source);
    }

    private static ObjectNode rejection(SourceCounts.Rejections one) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("code", one.code()).put("message", one.message())
                .put("remedy", Remedies.of(one.code())).put("count", one.count()).put("lastAt", text(one.lastAt()));
        ArrayNode samples = json.putArray("samples");
        one.samples().forEach(sample -> samples.addObject().put("at", text(sample.at())).put("messageId", sample.messageId())
                .put("raw", sample.raw()));
        return json;
    }

    private Map<String, Long> violations() {
        return plans.tallies().stream().collect(Collectors.groupingBy(Plans.Tally::source, Collectors.summingLong(Plans.Tally::count)));
    }

    private static String text(Instant at) {
        return at == null ? null : at.toString();
    }
}
