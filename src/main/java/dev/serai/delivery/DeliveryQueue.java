package dev.serai.delivery;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.TakenRecord;
import dev.serai.kafka.TopicReaders;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One destination's queue at work: cuts events into requests, sends several side by side, and decides by each
 * verdict whether an event is done, waits or becomes a dead letter. No thread ever sleeps for a retry: an event that
 * waits keeps its place in Kafka, uncommitted, and so outlives a restart.
 *
 * <p>Everything happens on the reader's thread; what ends elsewhere is put in {@link #ended} and the reader woken.
 * Hazard: events beyond the oldest waiting one go on until {@link #MAX_OPEN} are open or the reader is 10,000 records
 * ahead of it in a partition; then the queue waits for it, at the longest until it is given up.
 */
final class DeliveryQueue implements TopicReaders.Handler {

    private static final int MAX_OPEN = 10_000;
    private static final long MAX_OPEN_BYTES = 32L * 1024 * 1024;

    /** How long a request that is not full may wait for more events while another is under way. */
    private static final long LINGER_MILLIS = 200;
    private static final long SAVE_AGAIN_MILLIS = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Starts a request; {@code done} is called once, on any thread, when the batch is answered or has failed. */
    interface Sender {
        void send(Batch batch, Runnable done);
    }

    private record Letter(Delivery delivery, DeadLetter letter) { }

    private final ConfiguredDestination destination;
    private final Sender sender;
    private final DeadLetters deadLetters;
    private final Backoff backoff;
    private final InstantSource clock;
    private final DeliveryMetrics metrics;
    private final Suppressions suppressions;
    private final Lanes lanes = new Lanes();
    private final Pace pace;
    private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Letter> unsaved = new ArrayDeque<>();
    private volatile TopicReaders.Reader reader;
    private long saveAgainAt;
    private int limit;
    private int requests;
    private int saving;
    private int open;
    private long openBytes;
    private boolean held;
    private long suppressionsSeen;
    private volatile int waiting;

    DeliveryQueue(ConfiguredDestination destination, Sender sender, DeadLetters deadLetters, Backoff backoff,
                  InstantSource clock, DeliveryMetrics metrics, Suppressions suppressions) {
        this.destination = destination;
        this.sender = sender;
        this.deadLetters = deadLetters;
        this.backoff = backoff;
        this.clock = clock;
        this.metrics = metrics;
        this.suppressions = suppressions;
        this.pace = new Pace(destination.name(), backoff);
        this.limit = destination.limits().maxEvents();
    }

    @Override
    public void readBy(TopicReaders.Reader theReader) {
        this.reader = theReader;
    }

    DestinationStatus status() {
        return new DestinationStatus(destination.name(), true, waiting, reader == null ? 0 : reader.lag(),
                pace.stoppedBy());
    }

    @Override
    public void take(TakenRecord taken) {
        open++;
        openBytes += taken.value().length;
        try {
            Delivery delivery = new Delivery(Event.parse(taken.value()), taken);
            if (suppressions.contains(delivery.event())) {
                suppress(delivery);
            } else {
                lanes.add(delivery, clock.millis());
            }
        } catch (IOException | RuntimeException e) {
            Instant now = clock.instant();
            save(new Letter(new Delivery(null, taken), new DeadLetter(taken.place(), "unknown", stage(), "unreadable",
                    "this record is no event", now, taken.value())));
        }
    }

    @Override
    public Duration turn() {
        for (Runnable next = ended.poll(); next != null; next = ended.poll()) {
            next.run();
        }
        dropSuppressed();
        long now = clock.millis();
        lanes.release(now);
        saveAgain(now);
        dispatch(now);
        waiting = lanes.waitingEvents();
        return Duration.ofMillis(Math.max(0, Math.min(IDLE.toMillis(), nextDue(now) - now)));
    }

    /** What waits for its retry would otherwise keep a forgotten user for hours. */
    private void dropSuppressed() {
        long version = suppressions.version();
        if (version != suppressionsSeen) {
            suppressionsSeen = version;
            lanes.drop(delivery -> suppressions.contains(delivery.event())).forEach(this::suppress);
            unsaved.removeIf(letter -> {
                boolean gone = isSuppressed(letter.delivery());
                if (gone) {
                    suppress(letter.delivery());
                }
                return gone;
            });
        }
    }

    /** An unreadable record is nobody's. */
    private boolean isSuppressed(Delivery delivery) {
        return delivery.event() != null && suppressions.contains(delivery.event());
    }

    private void suppress(Delivery delivery) {
        metrics.countSuppressed();
        closed(delivery);
        delivery.taken().done();
    }

    private long nextDue(long now) {
        long due = lanes.nextDue();
        if (lanes.readyEvents() > 0 && !held) {
            if (now < pace.notBefore()) {
                due = Math.min(due, pace.notBefore());
            } else if (requests < pace.allowed(now, destination.limits().maxRequests())) {
                due = Math.min(due, lanes.readySince() + LINGER_MILLIS);
            }
        }
        return unsaved.isEmpty() ? due : Math.min(due, saveAgainAt);
    }

    private void dispatch(long now) {
        while (!held && requests < pace.allowed(now, destination.limits().maxRequests())) {
            boolean full = lanes.readyEvents() >= limit || lanes.readyBytes() >= destination.limits().maxBytes();
            if (!full && requests > 0 && now < lanes.readySince() + LINGER_MILLIS) {
                return;
            }
            List<Delivery> next = lanes.next(limit, destination.limits().maxBytes());
            if (next.isEmpty()) {
                return;
            }
            start(new Batch(destination, next), now);
        }
    }

    private void start(Batch batch, long now) {
        requests++;
        batch.deliveries().forEach(delivery -> delivery.begins(now));
        sender.send(batch, () -> later(() -> {
            requests--;
            decide(batch);
        }));
    }

    private void later(Runnable end) {
        ended.add(end);
        reader.wake();
    }

    /** What is to be done with the events of one user when their request has ended. */
    private static final class Back {
        private final List<Delivery> deliveries = new ArrayList<>();
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
            Delivery delivery = batch.deliveries().get(i);
            Back back = byUser.computeIfAbsent(delivery.event().key(), user -> new Back());
            if (delivery.isOurs() && batch.verdict(i).kind() != Verdict.Kind.DELIVERED && isSuppressed(delivery)) {
                suppress(delivery);
            } else if (delivery.isOurs()) {
                decide(delivery, batch.verdict(i), batch.size() > 1, progress, back, now);
            } else {
                closed(delivery);
            }
        }
        // from the last to the first, because each goes before the others
        List<String> users = new ArrayList<>(byUser.keySet());
        for (int i = users.size() - 1; i >= 0; i--) {
            Back back = byUser.get(users.get(i));
            lanes.ended(users.get(i), back.deliveries, back.due, now, back.first);
        }
    }

    private void decide(Delivery delivery, Verdict verdict, boolean divisible, boolean progress, Back back, long now) {
        metrics.count(verdict.kind());
        switch (verdict.kind()) {
            case DELIVERED, FILTERED -> {
                closed(delivery);
                delivery.taken().done();
            }
            case DEAD_LETTER -> giveUp(delivery, verdict.code(), verdict.message());
            case STOP -> {
                delivery.startOver();
                back.deliveries.add(delivery);
                back.first = true;
            }
            case SPLIT -> {
                if (divisible) {
                    back.deliveries.add(delivery);
                    back.first = true;
                } else {
                    giveUp(delivery, verdict.code(), verdict.message());
                }
            }
            case RETRY -> retry(delivery, verdict, progress, back, now);
        }
    }

    private void retry(Delivery delivery, Verdict verdict, boolean progress, Back back, long now) {
        if (verdict.isAtOnce() && progress) {
            // others of its request were at fault, and the next request is without them
            back.deliveries.add(delivery);
            back.first = true;
            return;
        }
        int failures = delivery.failed();
        if (delivery.triedFor(now) >= backoff.giveUpAfter().toMillis()) {
            metrics.count(Verdict.Kind.DEAD_LETTER);
            giveUp(delivery, "retries_exhausted", "given up after " + failures + " attempts; the last one: "
                    + verdict.code() + " " + verdict.message());
            return;
        }
        long wait = verdict.after() == null || verdict.after().isZero() ? backoff.millis(failures)
                : verdict.after().toMillis();
        back.deliveries.add(delivery);
        back.due = Math.max(back.due, now + wait);
    }

    /** What the answer says of the destination rather than of an event. */
    private void adapt(Batch batch, Verdict verdict, boolean progress, long now) {
        switch (verdict.kind()) {
            case STOP -> pace.stop(now, verdict);
            case RETRY -> pace.failed(now, verdict.after());
            case SPLIT -> limit = Math.max(1, batch.size() / 2);
            default -> {
                pace.succeeded();
                // a size that the partner refused once may have been one large event
                if (progress) {
                    limit = Math.min(destination.limits().maxEvents(), limit * 2);
                }
            }
        }
    }

    private void giveUp(Delivery delivery, String code, String message) {
        Event event = delivery.event();
        save(new Letter(delivery, new DeadLetter(event.messageId() + ":" + destination.name(), event.source(), stage(),
                code, destination.mask(message), clock.instant(), delivery.taken().value())));
    }

    private void save(Letter letter) {
        saving++;
        try {
            deadLetters.save(letter.letter(), failure -> later(() -> saved(letter, failure)));
        } catch (RuntimeException e) {
            saved(letter, e);
        }
    }

    private void saved(Letter letter, Exception failure) {
        saving--;
        if (failure == null) {
            closed(letter.delivery());
            letter.delivery().taken().done();
        } else {
            unsaved.add(letter);
            saveAgainAt = clock.millis() + SAVE_AGAIN_MILLIS;
        }
    }

    private void saveAgain(long now) {
        if (!unsaved.isEmpty() && now >= saveAgainAt && !held) {
            List<Letter> again = List.copyOf(unsaved);
            unsaved.clear();
            again.forEach(this::save);
        }
    }

    private void closed(Delivery delivery) {
        open--;
        openBytes -= delivery.bytes();
    }

    private String stage() {
        return "delivery." + destination.name();
    }

    @Override
    public boolean hasRoom() {
        return open < MAX_OPEN && openBytes < MAX_OPEN_BYTES;
    }

    @Override
    public int running() {
        return requests + saving;
    }

    @Override
    public void hold(boolean isHeld) {
        held = isHeld;
    }

    @Override
    public void forget() {
        lanes.drop(delivery -> !delivery.isOurs()).forEach(this::closed);
        unsaved.removeIf(letter -> {
            boolean gone = !letter.delivery().isOurs();
            if (gone) {
                closed(letter.delivery());
            }
            return gone;
        });
    }
}
