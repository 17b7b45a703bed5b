package dev.serai.console;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last things that people had this hub do, so that two who act at once see each other's doing. What goes on by itself
 * is asked once a second whether it has ended. Texts name nobody: everybody may read them who may look at the console.
 *
 * <p>Numbers only grow, also when the hub is started anew, since they begin at the time of the start in milliseconds:
 * whoever asks for what came after a number of before gets all of it.
 */
public final class Activities implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Activities.class);
    private static final int KEPT = 100;
    private static final int WATCHED = 200;

    private final Clock clock;
    private final Deque<Activity> last = new ArrayDeque<>();
    private final Deque<Watched> watched = new ConcurrentLinkedDeque<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-activities");
        thread.setDaemon(true);
        return thread;
    });
    private long number;

    /** What people can have the hub do. */
    enum Action { REPLAY, SYNC, AUDIENCE, BACKFILL, SAMPLE, FORGET }

    enum State { STARTED, ENDED, FAILED }

    /**
     * @param subject what it is done to, such as a destination or a table
     * @param text    a sentence for people
     */
    record Activity(long number, Instant at, Action action, String subject, State state, String text) { }

    /** How something that went on by itself has ended. */
    record End(State state, String text) { }

    private record Watched(Action action, String subject, Supplier<Optional<End>> end) { }

    public Activities(Clock clock) {
        this.clock = clock;
        this.number = clock.millis();
        timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    synchronized void note(Action action, String subject, State state, String text) {
        last.addLast(new Activity(++number, clock.instant(), action, subject, state, text));
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    /**
     * Notes that it has started, and when it ends, that.
     *
     * @param end empty until then; must not block for long
     */
    void begin(Action action, String subject, String text, Supplier<Optional<End>> end) {
        note(action, subject, State.STARTED, text);
        watched.addLast(new Watched(action, subject, end));
        if (watched.size() > WATCHED) {
            watched.pollFirst();
        }
    }

    /** Those with a larger number, the oldest first. */
    synchronized List<Activity> after(long which) {
        return new ArrayList<>(last.stream().filter(one -> one.number() > which).toList());
    }

    private void look() {
        for (Watched one : watched) {
            try {
                one.end().get().ifPresent(end -> {
                    watched.remove(one);
                    note(one.action(), one.subject(), end.state(), end.text());
                });
            } catch (RuntimeException e) {
                watched.remove(one);
                LOG.warn("An activity can be watched no more action={}", one.action(), e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
