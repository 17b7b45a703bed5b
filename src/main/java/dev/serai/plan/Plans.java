package dev.serai.plan;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracking plans of the sources that have one, and what each source does about what is not as planned: lets it pass,
 * takes out what offends, or blocks the event. An event of a source without a plan is not even parsed.
 *
 * <p>A plan is read again when its file changes; one that cannot be used leaves the last in force.
 */
public final class Plans {

    /** Codes of blocked events, and their stage as dead letters. */
    public static final String STAGE = "plan";
    public static final String UNPLANNED_EVENT = "unplanned_event";
    public static final String VIOLATION = "violation";

    /** No source has a plan. */
    public static final Plans NONE = new Plans();

    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final Pattern INDEX = Pattern.compile("/\\d+(?=/|$)");
    private static final int MAX_COUNTS = 10_000;

    /**
     * What became of an event.
     *
     * @param value   as it goes on, or was held back
     * @param code    why it is blocked; null if it is not
     * @param message the same in words
     */
    public record Outcome(byte[] value, String code, String message) {

        public boolean isBlocked() {
            return code != null;
        }
    }

    /**
     * How often something was not as planned.
     *
     * @param kind as in {@link Violation}, or {@code unplanned_event}
     * @param last an event of these, by its {@code messageId}
     */
    public record Tally(String source, String event, String kind, String field, long count, Instant lastSeen, String last) { }

    private record Key(String source, String event, String kind, String field) { }

    private static final class Count {
        private final Counter meter;
        private final LongAdder times = new LongAdder();
        private volatile long lastSeen;
        private volatile String last = "";

        Count(Counter meter) {
            this.meter = meter;
        }
    }

    private enum Unplanned { ALLOW, OMIT, BLOCK }

    private static final class Planned {
        private final Path file;
        private final Unplanned events;
        private final Unplanned properties;
        private final Unplanned violations;
        private volatile TrackingPlan plan;
        private volatile FileTime read;
        private volatile long nextLook;

        Planned(Path file, Unplanned events, Unplanned properties, Unplanned violations) {
            this.file = file;
            this.events = events;
            this.properties = properties;
            this.violations = violations;
        }
    }

    private final Map<String, Planned> bySource = new HashMap<>();
    private final Map<Key, Count> counts = new ConcurrentHashMap<>();
    private final MeterRegistry meters;
    private final Clock clock;

    private Plans() {
        this.meters = null;
        this.clock = Clock.systemUTC();
    }

    /** @throws SettingsException with what is wrong in the plans of all sources */
    public Plans(Sources sources, MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
        List<Problem> problems = new ArrayList<>();
        for (ConfiguredSource source : sources.byName().values()) {
            source.setting(Partner.PLAN).ifPresent(file -> {
                try {
                    Planned planned = new Planned(Path.of(file), told(source, Partner.UNPLANNED_EVENTS),
                            told(source, Partner.UNPLANNED_PROPERTIES), told(source, Partner.VIOLATIONS));
                    read(planned);
                    bySource.put(source.name(), planned);
                } catch (SettingsException e) {
                    problems.addAll(e.problems());
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private static Unplanned told(ConfiguredSource source, String setting) {
        return Unplanned.valueOf(source.setting(setting).orElse("allow").toUpperCase(Locale.ROOT));
    }

    private void read(Planned planned) {
        try {
            planned.read = Files.getLastModifiedTime(planned.file);
        } catch (IOException e) {
            throw new SettingsException(new Problem(planned.file.toString(), 0, 0, "the tracking plan cannot be read",
                    "set the source's plan to a file, from where the hub is started"));
        }
        planned.plan = TrackingPlan.read(planned.file);
    }

    private void readAgain(Planned planned) {
        try {
            if (!Files.getLastModifiedTime(planned.file).equals(planned.read)) {
                read(planned);
                LOG.info("Tracking plan read again file={}", planned.file);
            }
        } catch (IOException | SettingsException e) {
            LOG.error("Tracking plan cannot be used, the last one stays problem={}", e.getMessage());
        }
    }

    /**
     * @param event what is known of it
     * @param value the same in its form on topic {@code events}
     */
    public Outcome check(String source, Glimpse event, byte[] value) {
        Planned planned = bySource.get(source);
        return planned == null || isAsPlanned(source, planned, event) ? new Outcome(value, null, null) : check(source, value);
    }

    /** False also where only the whole event can tell. */
    private boolean isAsPlanned(String source, Planned planned, Glimpse event) {
        TrackingPlan plan = planned.plan;
        if (clock.millis() > planned.nextLook || !plan.isPlain(event)) {
            return false;
        }
        Optional<TrackingPlan.Spec> spec = plan.spec(event);
        if (spec.isEmpty()) {
            return true;
        }
        Glimpse.Range range = spec.get().at().equals("traits") ? event.traits() : event.properties();
        JsonNode value = MissingNode.getInstance();
        try {
            if (range.to() > range.from()) {
                value = Json.MAPPER.readTree(event.bytes(), range.from(), range.to() - range.from());
            }
        } catch (IOException e) {
            throw new IllegalStateException("JSON that was read can be read", e);
        }
        List<String> unplanned = unplanned(spec.get(), value);
        if (planned.properties == Unplanned.OMIT && !unplanned.isEmpty()
                || !TrackingPlan.violations(spec.get(), value).isEmpty()) {
            return false;
        }
        String name = event.type().equals("track") ? event.name() : event.type();
        unplanned.forEach(field -> count(source, name, event.messageId(), "unplanned_property", field));
        return true;
    }

    /** @param value an event in its form on topic {@code events} */
    public Outcome check(String source, byte[] value) {
        Planned planned = bySource.get(source);
        if (planned == null) {
            return new Outcome(value, null, null);
        }
        if (clock.millis() > planned.nextLook) {
            planned.nextLook = clock.millis() + LOOK_MILLIS;
            // not here: an event loop may be asking
            CompletableFuture.runAsync(() -> readAgain(planned));
        }
        try {
            return check(source, planned, (ObjectNode) Json.MAPPER.readTree(value), value);
        } catch (IOException e) {
            throw new IllegalStateException("JSON that was just written can be read", e);
        }
    }

    private Outcome check(String source, Planned planned, ObjectNode event, byte[] value) throws IOException {
        TrackingPlan plan = planned.plan;
        boolean changed = false;
        List<Violation> broken = plan.common(event);
        if (!broken.isEmpty()) {
            broken.forEach(one -> count(source, event, one.kind(), one.field()));
            return blocked(value, VIOLATION, broken);
        }
        if (plan.isUnplanned(event)) {
            count(source, event, UNPLANNED_EVENT, "");
            if (planned.events == Unplanned.BLOCK) {
                return new Outcome(value, UNPLANNED_EVENT, "the source's tracking plan has no event '"
                        + event.path("event").asText() + "'");
            }
            changed = !event.path("unplanned").asBoolean();
            event.put("unplanned", true);
        }
        Optional<TrackingPlan.Spec> spec = plan.spec(event);
        if (spec.isPresent()) {
            changed |= unplannedProperties(source, planned, spec.get(), event);
            List<Violation> violations = TrackingPlan.violations(spec.get(), event);
            violations.forEach(one -> count(source, event, one.kind(), one.field()));
            if (!violations.isEmpty() && planned.violations == Unplanned.BLOCK) {
                return blocked(value, VIOLATION, violations);
            }
            if (!violations.isEmpty()) {
                tell(event, violations);
                if (planned.violations == Unplanned.OMIT) {
                    omit(event, violations.stream().map(Violation::field).toList());
                }
                changed = true;
            }
        }
        return new Outcome(changed ? Json.MAPPER.writeValueAsBytes(event) : value, null, null);
    }

    private static Outcome blocked(byte[] value, String code, List<Violation> violations) {
        return new Outcome(value, code, violations.stream().map(one -> one.field() + " " + one.message())
                .collect(Collectors.joining("; ")));
    }

    private boolean unplannedProperties(String source, Planned planned, TrackingPlan.Spec spec, ObjectNode event) {
        List<String> unplanned = unplanned(spec, event.path(spec.at()));
        unplanned.forEach(field -> count(source, event, "unplanned_property", field));
        if (planned.properties != Unplanned.OMIT || unplanned.isEmpty()) {
            return false;
        }
        omit(event, unplanned);
        return true;
    }

    private static List<String> unplanned(TrackingPlan.Spec spec, JsonNode value) {
        if (spec.fields().isEmpty()) {
            return List.of();
        }
        List<String> unplanned = new ArrayList<>();
        for (Iterator<String> names = value.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!spec.fields().contains(name)) {
                unplanned.add(spec.pointer(name));
            }
        }
        return unplanned;
    }

    /** Takes these out, and says so in the event. */
    private static void omit(ObjectNode event, List<String> fields) {
        List<String> gone = new ArrayList<>();
        for (String field : fields) {
            JsonPointer pointer = JsonPointer.compile(field);
            JsonNode parent = event.at(pointer.head());
            JsonNode removed = null;
            if (parent instanceof ObjectNode object) {
                removed = object.remove(pointer.last().getMatchingProperty());
            } else if (parent instanceof ArrayNode array && pointer.last().mayMatchElement()) {
                // a place for it stays, so that what comes behind is still where it was
                removed = array.get(pointer.last().getMatchingIndex());
                array.setNull(pointer.last().getMatchingIndex());
            }
            if (removed != null) {
                gone.add(field);
            }
        }
        if (!gone.isEmpty()) {
            ArrayNode omitted = event.withObjectProperty("context").withObjectProperty("protocols").withArrayProperty("omitted");
            gone.forEach(omitted::add);
        }
    }

    private static void tell(ObjectNode event, List<Violation> violations) {
        ArrayNode told = event.withObjectProperty("context").putArray("violations");
        violations.forEach(one -> told.addObject().put("type", one.kind()).put("field", one.field())
                .put("message", one.message()));
    }

    private void count(String source, ObjectNode event, String kind, String field) {
        String type = event.path("type").asText();
        count(source, type.equals("track") ? event.path("event").asText() : type, event.path("messageId").asText(), kind, field);
    }

    private void count(String source, String name, String messageId, String kind, String field) {
        // an index is of no interest, and there may be any number of them
        Key key = new Key(source, name, kind, INDEX.matcher(field).find() ? INDEX.matcher(field).replaceAll("/*") : field);
        Count count = counts.get(key);
        if (count == null) {
            if (counts.size() >= MAX_COUNTS) {
                return;
            }
            count = counts.computeIfAbsent(key, first -> new Count(meters.counter("serai.plan.violations", "source", source,
                    "kind", kind)));
        }
        count.meter.increment();
        count.times.increment();
        count.lastSeen = clock.millis();
        count.last = messageId == null ? "" : messageId;
    }

    /** What was not as planned since the start, the most frequent first. */
    public List<Tally> tallies() {
        return counts.entrySet().stream().map(entry -> new Tally(entry.getKey().source(), entry.getKey().event(),
                entry.getKey().kind(), entry.getKey().field(), entry.getValue().times.sum(),
                Instant.ofEpochMilli(entry.getValue().lastSeen), entry.getValue().last)).sorted(Comparator.comparingLong(Tally::count).reversed()).toList();
    }
}
