package dev.serai.delivery;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.TakenRecord;
import dev.serai.kafka.TopicReaders;
import dev.serai.model.DeadLetter;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.slf4j.MDC;

/**
 * Runs a partner's unmodified routes on recorded events, without Kafka or network: {@link #bindTo} a Camel context,
 * load the partner's routes into it, {@link #run}. Requests are recorded and answered from a list, then with 200; the
 * clock is set forward whenever everything waits, so hours of retries take no time.
 */
public final class SampleDelivery {

    /** More turns than any sample needs; a response mapping that never lets go is told so. */
    private static final int MAX_TURNS = 100_000;

    private final Queue<HttpAnswer> answers;
    private final List<HttpCall> requests = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Parts parts = new Parts();
    private Instant now;
    private TopicReaders.Handler handler;
    private boolean woken;

    public SampleDelivery(Instant start, List<HttpAnswer> answers) {
        this.now = start;
        this.answers = new ArrayDeque<>(answers);
    }

    /** To be called before the partner's routes are loaded. */
    public void bindTo(CamelContext context) {
        context.getRegistry().bind("sampleDelivery", parts);
        Backoff standard = Backoff.standard();
        context.getRegistry().bind("sampleBackoff", new Backoff(standard.first(), standard.cap(),
                standard.giveUpAfter(), standard.stopped(), () -> 1));
    }

    /**
     * Puts the events, in their form on the topic, into the destination's queue and ends when each has come to its
     * end, or after this much time of the sample's own clock.
     */
    public void run(List<byte[]> events, Duration atMost) {
        if (handler == null) {
            throw new IllegalStateException("no route reads the deliveries of a destination that is on");
        }
        // log4j2.xml asks for it: what the answers stop is no destination of the hub's
        try (MDC.MDCCloseable sample = MDC.putCloseable("sample", "true")) {
            take(events, now.plus(atMost));
        }
    }

    private void take(List<byte[]> events, Instant end) {
        int[] open = {events.size()};
        for (int i = 0; i < events.size(); i++) {
            handler.take(TakenRecord.alone("sample", i, events.get(i), () -> open[0]--));
        }
        for (int turn = 0; open[0] > 0 && now.isBefore(end); turn++) {
            if (turn > MAX_TURNS) {
                throw new IllegalStateException("the sample does not come to an end");
            }
            woken = false;
            Duration idle = handler.turn();
            if (!woken) {
                now = now.plus(idle);
            }
        }
    }

    /** The requests made, in order. */
    public List<HttpCall> requests() {
        return List.copyOf(requests);
    }

    /** When each was made, by the sample's clock. */
    public List<Instant> times() {
        return List.copyOf(times);
    }

    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /** What the delivery's endpoints find in the registry in place of Kafka, the network and the clock. */
    private final class Parts implements TopicReaders, Transport, AccessTokens, DeadLetters, InstantSource {

        @Override
        public Reader open(String topic, String group, Handler theHandler) {
            if (handler != null) {
                throw new IllegalStateException("a sample has one destination that is on");
            }
            handler = theHandler;
            Reader reader = new Idle();
            theHandler.readBy(reader);
            return reader;
        }

        @Override
        public CompletableFuture<HttpAnswer> send(ConfiguredDestination destination, HttpCall call) {
            requests.add(call);
            times.add(now);
            HttpAnswer answer = answers.poll();
            return CompletableFuture.completedFuture(answer != null ? answer
                    : new HttpAnswer(200, Map.of(), new byte[0]));
        }

        @Override
        public CompletableFuture<String> of(ConfiguredDestination destination) {
            return CompletableFuture.completedFuture("sample-access-token");
        }

        @Override
        public void refused(ConfiguredDestination destination, String token) {
            // there is only one
        }

        @Override
        public void save(DeadLetter letter, Consumer<Exception> done) {
            deadLetters.add(letter);
            done.accept(null);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** Read by hand. */
    private final class Idle implements TopicReaders.Reader {

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public long lag() {
            return 0;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
