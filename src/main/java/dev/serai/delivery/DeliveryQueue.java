package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.delivery.DestinationReport.Stage;
import dev.serai.delivery.Fates.Fate;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.TakenRecord;
import dev.serai.kafka.TopicReaders;
import dev.serai.model.DeadLetter;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One destination's queue at work: maps events to the partner's items, cuts them into requests, sends several side by
 * side, and decides by each verdict whether an item is done, waits or is given up. No thread ever sleeps for a retry:
 * an event that waits keeps its place in Kafka, uncommitted, and so outlives a restart, with the time since when it is
 * tried.
 *
 * <p>Everything happens on the reader's thread; what ends elsewhere is put in {@link #ended} and the reader woken.
 * Hazard: events behind waiting ones go on until {@link #MAX_OPEN} are open; then the queue waits for those, at the
 * longest until they are given up.
 */
final class DeliveryQueue implements TopicReaders.Handler {

    private static final int MAX_OPEN = 10_000;

    /** What two requests of a partner with large ones take, or a second of one with small ones. */
    private static final int ENOUGH = 4_000;
    private static final int MAX_KEPT_TWICE = 300_000;
    private static final long MAX_OPEN_BYTES = 32L * 1024 * 1024;

    /** How long a request that is not full may wait for more events while another is under way. */
    private static final long LINGER_MILLIS = 200;
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Starts a request; {@code done} is called once, on any thread, when the batch is answered or has failed. */
    interface Sender {
        void send(Batch batch, Runnable done);
    }

    private final ConfiguredDestination destination;
    private final ItemMapping mapping;
    private final Sender sender;
    private final Burial burial;
    private final Backoff backoff;
    private final InstantSource clock;
    private final DeliveryMetrics metrics;
    private final DestinationReport report;
    private final Suppressions suppressions;
    private final Fates fates;
    private final Lanes lanes;
    private final Pace pace;
    private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();
    private final Map<String, Delivery> openById = new HashMap<>();
    private final List<Delivery> delivered = new ArrayList<>();
    private final List<Delivery> filtered = new ArrayList<>();
    private volatile TopicReaders.Reader reader;
    private int requests;
    private int open;
    private long openBytes;
    private boolean held;
    private long suppressionsSeen;
    private volatile int waiting;

    DeliveryQueue(ConfiguredDestination destination, ItemMapping mapping, Sender sender, DeadLetters deadLetters,
                  Backoff backoff, InstantSource clock, DeliveryMetrics metrics, DestinationReport report,
                  Suppressions suppressions, Fates fates) {
        this.destination = destination;
        this.mapping = mapping;
        this.sender = sender;
        this.burial = new Burial(deadLetters, clock, this::later, this::buried);
        this.backoff = backoff;
        this.clock = clock;
        this.metrics = metrics;
        this.report = report;
        this.suppressions = suppressions;
        this.fates = fates;
        this.lanes = new Lanes(mapping.kinds(), destination.limits().userItemsPerSecond());
        this.pace = new Pace(destination, backoff);
    }

    @Override
    public void readBy(TopicReaders.Reader theReader) {
        this.reader = theReader;
    }

    ItemMapping mapping() {
        return mapping;
    }

    DestinationStatus status() {
        return new DestinationStatus(destination.name(), destination.partner().slug(), true, List.of(), waiting,
                reader == null ? 0 : reader.lag(), pace.stoppedBy(), metrics.outcomes());
    }

    @Override
    public void take(TakenRecord taken) {
        open++;
        openBytes += taken.value().length;
        Envelope envelope;
        try {
            envelope = Envelope.parse(taken.value());
        } catch (IOException | RuntimeException e) {
            burial.save(new Delivery(null, taken), new DeadLetter(taken.place(), "unknown", stage(), "unreadable",
                    "this record is neither an event nor an object", clock.instant(), taken.value()));
            return;
        }
        Delivery delivery = new Delivery(envelope, taken);
        if (isSuppressed(delivery)) {
            suppress(delivery);
            return;
        }
        Delivery before = openById.putIfAbsent(envelope.id(), delivery);
        if (before != null && before.isOurs() || fates.isDelivered(destination.name(), envelope.id())) {
            metrics.countRepeated();
            stays(delivery, Stage.FILTERED, DestinationReport.REPEATED, "", Attempt.NONE);
            closed(delivery);
            taken.done();
            return;
        }
        openById.put(envelope.id(), delivery);
        map(delivery);
    }

    private void map(Delivery delivery) {
        List<Item> items;
        try {
            items = mapping.items(delivery);
        } catch (MappingFailed e) {
            metrics.count(Verdict.Kind.DEAD_LETTER);
            giveUp(delivery, new Delivery.Fault(Verdict.deadLetter(e.code(), e.getMessage()), e.getMessage(), Attempt.NONE));
            return;
        }
        if (items.isEmpty()) {
            metrics.count(Verdict.Kind.FILTERED);
            stays(delivery, Stage.FILTERED, Permission.MAPPING, "", Attempt.NONE);
            filtered.add(delivery);
            return;
        }
        delivery.opens(items.size());
        long now = clock.millis();
        items.forEach(item -> lanes.add(item, now));
    }

    @Override
    public Duration turn() {
        for (Runnable next = ended.poll(); next != null; next = ended.poll()) {
            next.run();
        }
        finish();
        dropSuppressed();
        long now = clock.millis();
        lanes.release(now);
        if (!held) {
            burial.saveAgain(now);
        }
        dispatch(now);
        waiting = lanes.waitingItems();
        return Duration.ofMillis(Math.max(0, Math.min(IDLE.toMillis(), nextDue(now) - now)));
    }

    /** Their fates are kept before they count as done, so that no copy of theirs is delivered after a crash. */
    private void finish() {
        finish(delivered, Fate.DELIVERED);
        finish(filtered, Fate.FILTERED);
    }

    private void finish(List<Delivery> deliveries, Fate fate) {
        if (deliveries.isEmpty()) {
            return;
        }
        List<String> ids = deliveries.stream().filter(Delivery::isOurs).map(one -> one.envelope().id()).toList();
        fates.save(destination.name(), fate, fate == Fate.FILTERED ? "mapping" : "", ids, clock.instant());
        for (Delivery delivery : deliveries) {
            closed(delivery);
            delivery.taken().done();
        }
        deliveries.clear();
    }

    /** What waits for its retry would otherwise keep a forgotten user for hours. */
    private void dropSuppressed() {
        long version = suppressions.version();
        if (version != suppressionsSeen) {
            suppressionsSeen = version;
            lanes.drop(item -> isSuppressed(item.delivery())).forEach(item -> {
                if (item.delivery().itemEnded()) {
                    suppress(item.delivery());
                }
            });
            burial.drop(this::isSuppressed).forEach(this::suppress);
        }
    }

    /** An unreadable record is nobody's. */
    private boolean isSuppressed(Delivery delivery) {
        return delivery.envelope() != null && delivery.envelope().event().filter(suppressions::contains).isPresent();
    }

    private void suppress(Delivery delivery) {
        metrics.countSuppressed();
        report.suppressed(clock.millis());
        closed(delivery);
        delivery.taken().done();
    }

    private long nextDue(long now) {
        long due = lanes.nextDue();
        if (lanes.hasReady() && !held) {
            if (now < pace.notBefore()) {
                due = Math.min(due, pace.notBefore());
            } else if (requests < pace.allowed(now, destination.limits().maxRequests())) {
                due = Math.min(due, lanes.readySince() + LINGER_MILLIS);
            }
        }
        return Math.min(due, burial.nextDue());
    }

    private void dispatch(long now) {
        while (!held && requests < pace.allowed(now, destination.limits().maxRequests())) {
            Kind kind = lanes.next(now, true);
            if (kind == null && (requests == 0 || now >= lanes.readySince() + LINGER_MILLIS)) {
                kind = lanes.next(now, false);
            }
            if (kind == null) {
                return;
            }
            List<Item> items = lanes.take(kind, now);
            pace.began(now, items.size());
            start(new Batch(destination, kind, items));
        }
    }

    private void start(Batch batch) {
        requests++;
        sender.send(batch, () -> later(() -> {
            requests--;
            decide(batch);
        }));
    }

    private void later(Runnable end) {
        ended.add(end);
        reader.wake();
    }

    /** What is to be done with the items of one user when their request has ended. */
    private static final class Back {
        private final List<Item> items = new ArrayList<>();
        private long due;
        private boolean first;
    }

    private void decide(Batch batch) {
        long now = clock.millis();
        if (!batch.isAnswered()) {
            batch.answer(Verdict.retry("route_failed", "the destination's route failed", null));
        }
        boolean progress = false;
        for (int i = 0; i < batch.size(); i++) {
            progress |= !batch.verdict(i).isAtOnce();
        }
        boolean moved = progress;
        batch.ofDestination().ifPresent(verdict -> adapt(batch, verdict, moved, now));
        Map<String, Back> byUser = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Item item = batch.items().get(i);
            Delivery delivery = item.delivery();
            Back back = byUser.computeIfAbsent(delivery.envelope().key(), user -> new Back());
            if (!delivery.isOurs()) {
                leave(delivery);
            } else if (batch.verdict(i).kind() != Verdict.Kind.DELIVERED && isSuppressed(delivery)) {
                if (delivery.itemEnded()) {
                    suppress(delivery);
                }
            } else {
                decide(item, batch, batch.verdict(i), progress, back, now);
            }
        }
        byUser.forEach((user, back) -> {
            if (!back.first) {
                lanes.ended(user, back.items, back.due, now, false);
            }
        });
        // from the last to the first, because each goes before the others
        List<String> users = new ArrayList<>(byUser.keySet());
        for (int i = users.size() - 1; i >= 0; i--) {
            Back back = byUser.get(users.get(i));
            if (back.first) {
                lanes.ended(users.get(i), back.items, back.due, now, true);
            }
        }
    }

    private void decide(Item item, Batch batch, Verdict verdict, boolean progress, Back back, long now) {
        metrics.count(verdict.kind());
        switch (verdict.kind()) {
            case DELIVERED, FILTERED -> ended(item, batch);
            case DEAD_LETTER -> giveUp(item, batch, verdict, verdict.message());
            case STOP -> {
                stays(item.delivery(), Stage.RETRYING, verdict.code(), verdict.message(), Attempt.of(batch, item));
                item.startOver();
                back.items.add(item);
                back.first = true;
            }
            case SPLIT -> {
                if (batch.size() > 1) {
                    item.splitFrom(batch.size());
                    back.items.add(item);
                    back.first = true;
                } else {
                    giveUp(item, batch, verdict, verdict.message());
                }
            }
            case RETRY -> retry(item, batch, verdict, progress, back, now);
        }
    }

    private void retry(Item item, Batch batch, Verdict verdict, boolean progress, Back back, long now) {
        if (verdict.isAtOnce() && progress) {
            // others of its request were at fault, and the next request is without them
            back.items.add(item);
            back.first = true;
            return;
        }
        int failures = item.failed(now);
        if (item.delivery().triedFor(now) >= backoff.giveUpAfter().toMillis()) {
            metrics.count(Verdict.Kind.DEAD_LETTER);
            giveUp(item, batch, new Verdict(Verdict.Kind.DEAD_LETTER, "retries_exhausted", "", null), "given up after "
                    + failures + " attempts; the last one: " + verdict.code() + " " + verdict.message());
            return;
        }
        stays(item.delivery(), Stage.RETRYING, verdict.code(), verdict.message(), Attempt.of(batch, item));
        if (failures == 1) {
            fates.save(destination.name(), Fate.RETRYING, verdict.code(), List.of(item.delivery().envelope().id()),
                    clock.instant());
        }
        long wait = verdict.after() == null || verdict.after().isZero() ? backoff.millis(failures)
                : verdict.after().toMillis();
        back.items.add(item);
        back.due = Math.max(back.due, now + wait);
    }

    /** What the answer says of the destination rather than of an item. */
    private void adapt(Batch batch, Verdict verdict, boolean progress, long now) {
        switch (verdict.kind()) {
            case STOP -> pace.stop(now, verdict);
            case RETRY -> pace.failed(now, verdict.after());
            case SPLIT -> batch.kind().tooLarge(batch.size());
            default -> {
                pace.succeeded();
                if (progress) {
                    batch.kind().fits();
                }
            }
        }
    }

    private void ended(Item item, Batch batch) {
        Delivery delivery = item.delivery();
        if (delivery.itemEnded()) {
            if (delivery.fault() == null) {
                report.delivered(delivery.envelope(), Attempt.of(batch, item), clock.millis());
                delivered.add(delivery);
            } else {
                giveUp(delivery, delivery.fault());
            }
        }
    }

    private void giveUp(Item item, Batch batch, Verdict verdict, String message) {
        item.delivery().gaveUp(new Delivery.Fault(verdict, message, Attempt.of(batch, item)));
        ended(item, batch);
    }

    private void stays(Delivery delivery, Stage stage, String code, String text, Attempt attempt) {
        report.stayed(stage, code, text, delivery.envelope(), attempt, clock.millis());
    }

    private void giveUp(Delivery delivery, Delivery.Fault fault) {
        Envelope envelope = delivery.envelope();
        stays(delivery, Stage.FAILED, fault.verdict().code(), fault.message(), fault.attempt());
        Correspondence with = fault.attempt().correspondence();
        // one that is large enough fills a record by itself
        JsonNode item = delivery.bytes() > MAX_KEPT_TWICE ? TextNode.valueOf("too large to be kept twice") : fault.attempt().item();
        ObjectNode request = with == null ? null : with.request(destination, item, fault.attempt().items());
        ObjectNode response = with == null ? null : with.response(destination);
        Instant now = clock.instant();
        burial.save(delivery, new DeadLetter(envelope.id() + ":" + destination.name(), envelope.source(), stage(),
                fault.verdict().code(), destination.mask(fault.message()), now, delivery.taken().value(), request,
                response));
    }

    private void buried(Delivery delivery, DeadLetter letter) {
        if (delivery.envelope() != null) {
            fates.save(destination.name(), Fate.DEAD_LETTERED, letter.code(), List.of(delivery.envelope().id()),
                    letter.at());
        }
        closed(delivery);
        delivery.taken().done();
    }

    private void closed(Delivery delivery) {
        open--;
        openBytes -= delivery.bytes();
        if (delivery.envelope() != null) {
            openById.remove(delivery.envelope().id(), delivery);
        }
    }

    /** An item of it has ended, and it is another hub's, or is read again. */
    private void leave(Delivery delivery) {
        if (delivery.itemEnded()) {
            closed(delivery);
        }
    }

    private String stage() {
        return "delivery." + destination.name();
    }

    @Override
    public boolean hasRoom() {
        return open < MAX_OPEN && openBytes < MAX_OPEN_BYTES;
    }

    @Override
    public boolean hasEnough() {
        return requests > 0 && open >= ENOUGH;
    }

    @Override
    public int running() {
        return requests + burial.running();
    }

    @Override
    public void hold(boolean isHeld) {
        held = isHeld;
    }

    @Override
    public void forget() {
        finish();
        lanes.drop(item -> !item.delivery().isOurs()).forEach(item -> leave(item.delivery()));
        burial.drop(delivery -> !delivery.isOurs()).forEach(this::closed);
    }
}
