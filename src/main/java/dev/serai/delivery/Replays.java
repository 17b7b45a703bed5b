package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Mention;
import dev.serai.kafka.Outbox;
import dev.serai.kafka.Overloaded;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.plan.Plans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts dead letters through again, and events to one destination that had none of them. A letter of a delivery goes back
 * into its queue, one that a tracking plan has blocked to topic {@code events}, one of routing to topic {@code replays}, where
 * only routing reads; so do events, with the name of the one
 * destination that they may reach. What was delivered to a destination in the last day is passed over there, so a replay
 * may be run twice, or again after a crash.
 *
 * <p>One runs at a time. What it knows of itself is lost with the hub; then run it again.
 */
public final class Replays implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final int MAX_UNDER_WAY = 1_000;
    private static final int KEPT = 20;
    private static final long PATIENCE_SECONDS = 60;

    private final KafkaConnection kafka;
    private final Publisher publisher;
    private final StoredFates fates;
    private final Supplier<Set<String>> destinations;
    private final Plans plans;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final ArrayDeque<String> order = new ArrayDeque<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "serai-replay");
        made.setDaemon(true);
        return made;
    });
    private volatile boolean closed;

    /** @param destinations those that are on now */
    public Replays(KafkaConnection kafka, Publisher publisher, StoredFates fates, Supplier<Set<String>> destinations,
                   Plans plans) {
        this.kafka = kafka;
        this.publisher = publisher;
        this.fates = fates;
        this.destinations = destinations;
        this.plans = plans;
        publisher.open(Topics.REPLAYS);
    }

    /**
     * How a replay stands.
     *
     * @param state   {@code waiting}, {@code running}, {@code finished} or {@code failed}
     * @param read    records looked at, of {@code total}
     * @param matched those that are meant
     * @param sent    those that are on their way again, or would be in a dry run
     * @param skipped how many are not, by why
     */
    public record Status(String id, String state, boolean dryRun, long read, long total, long matched, long sent,
                         Map<String, Long> skipped, String failure) { }

    private static final class Run {
        private final String id = UUID.randomUUID().toString();
        private final Replay replay;
        private final boolean dryRun;
        private final AtomicLong read = new AtomicLong();
        private final AtomicLong matched = new AtomicLong();
        private final AtomicLong sent = new AtomicLong();
        private final Map<String, Long> skipped = new ConcurrentHashMap<>();
        private final Set<String> letters = new HashSet<>();
        private final Semaphore room = new Semaphore(MAX_UNDER_WAY);
        private final AtomicReference<Exception> kafkaFailure = new AtomicReference<>();
        private volatile long total;
        private volatile String state = "waiting";
        private volatile String failure = "";

        Run(Replay replay, boolean dryRun) {
            this.replay = replay;
            this.dryRun = dryRun;
        }

        void skip(String why) {
            skipped.merge(why, 1L, Long::sum);
        }

        Status status() {
            return new Status(id, state, dryRun, read.get(), total, matched.get(), sent.get(), new TreeMap<>(skipped), failure);
        }
    }

    /**
     * Begins it, when those before it have ended.
     *
     * @param dryRun counts only
     * @throws IllegalArgumentException if its destination is none that is on
     */
    public String start(Replay replay, boolean dryRun) {
        replay.destination().filter(name -> !destinations.get().contains(name)).ifPresent(name -> {
            throw new IllegalArgumentException("'" + name + "' is no destination that is on; there are " + destinations.get());
        });
        Run run = new Run(replay, dryRun);
        synchronized (order) {
            runs.put(run.id, run);
            order.add(run.id);
            if (order.size() > KEPT) {
                runs.remove(order.poll());
            }
        }
        thread.execute(() -> run(run));
        return run.id;
    }

    public Optional<Status> status(String id) {
        return Optional.ofNullable(runs.get(id)).map(Run::status);
    }

    /**
     * The newest dead letters that are meant, at most so many. Reads the topic.
     *
     * @param id of the only one; empty for any
     */
    public List<DeadLetter> deadLetters(Replay which, Optional<String> id, int most) {
        ArrayDeque<DeadLetter> newest = new ArrayDeque<>();
        walk(Topics.DEAD_LETTERS, which, ends -> { }, read -> letter(read).filter(which::matches)
                .filter(letter -> id.map(letter.id()::equals).orElse(true)).ifPresent(letter -> {
            newest.addLast(letter);
            if (newest.size() > most) {
                newest.removeFirst();
            }
        }));
        return newest.stream().sorted((a, b) -> b.at().compareTo(a.at())).toList();
    }

    /**
     * The newest dead letters of one event, at most so many. Reads the topic.
     *
     * @param messageId the event's, or the letter's own id where the event had none
     * @param since     no older ones; empty for all there are
     */
    public List<DeadLetter> deadLettersOf(String messageId, Optional<Instant> since, int most) {
        Mention mention = new Mention(messageId);
        Replay any = new Replay(false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.of(messageId), since, Optional.empty());
        ArrayDeque<DeadLetter> newest = new ArrayDeque<>();
        walk(Topics.DEAD_LETTERS, any, ends -> { }, read -> {
            if (mention.mayBeIn(read.value())) {
                letter(read).filter(letter -> letter.id().equals(messageId) || any.matches(letter)).ifPresent(letter -> {
                    newest.addLast(letter);
                    if (newest.size() > most) {
                        newest.removeFirst();
                    }
                });
            }
        });
        return newest.stream().sorted((a, b) -> a.at().compareTo(b.at())).toList();
    }

    private void walk(String topic, Replay replay, Consumer<Long> total, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (TopicWalk walk = new TopicWalk(kafka)) {
            Map<TopicPartition, Long> ends = walk.ends(topic);
            total.accept(ends.values().stream().mapToLong(Long::longValue).sum());
            if (replay.since().isPresent()) {
                walk.read(ends, replay.since().get(), each);
            } else {
                walk.read(ends, each);
            }
        }
    }

    private void run(Run run) {
        run.state = "running";
        try {
            walk(run.replay.events() ? Topics.EVENTS : Topics.DEAD_LETTERS, run.replay, total -> run.total = total, read -> {
                if (closed) {
                    throw new IllegalStateException("the hub is stopping");
                }
                run.read.incrementAndGet();
                if (run.replay.events()) {
                    event(run, read);
                } else {
                    letter(read).filter(run.replay::matches).ifPresent(letter -> letter(run, letter));
                }
            });
            if (!run.room.tryAcquire(MAX_UNDER_WAY, PATIENCE_SECONDS, TimeUnit.SECONDS) || run.kafkaFailure.get() != null) {
                throw new IllegalStateException("Kafka did not take all of it", run.kafkaFailure.get());
            }
            run.state = "finished";
            if (!run.dryRun) {
                LOG.info("Replay ended id={} matched={} sent={}", run.id, run.matched, run.sent);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            run.failure = e.getMessage() + "; run it again, what is delivered is passed over";
            run.state = "failed";
            LOG.warn("Replay failed id={}", run.id, e);
        }
    }

    private static Optional<DeadLetter> letter(ConsumerRecord<byte[], byte[]> read) {
        try {
            return Optional.of(DeadLetter.parse(read.value()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private void event(Run run, ConsumerRecord<byte[], byte[]> read) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(read.value());
            if (!run.replay.matches(json) || !run.replay.isWithin(Instant.parse(json.path("receivedAt").asText()))) {
                return;
            }
        } catch (IOException | DateTimeException e) {
            run.skip("unreadable");
            return;
        }
        String destination = run.replay.destination().orElseThrow();
        run.matched.incrementAndGet();
        if (fates.isDelivered(destination, json.path("messageId").asText())) {
            run.skip("delivered");
            return;
        }
        ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(Topics.REPLAYS, read.key(), read.value());
        again.headers().add(Outbox.ONLY, destination.getBytes(StandardCharsets.UTF_8));
        send(run, again);
    }

    private void letter(Run run, DeadLetter letter) {
        if (!run.letters.add(letter.id())) {
            return;
        }
        run.matched.incrementAndGet();
        if (letter.stage().equals(Plans.STAGE)) {
            planned(run, letter);
            return;
        }
        Optional<String> destination = Replay.destinationOf(letter);
        if (destination.isEmpty() && !letter.stage().equals("routing")) {
            run.skip(letter.stage() + ": to be sent to the hub again");
            return;
        }
        Envelope envelope;
        try {
            envelope = Envelope.parse(letter.raw());
        } catch (IOException | RuntimeException e) {
            run.skip("unreadable");
            return;
        }
        byte[] key = envelope.key().getBytes(StandardCharsets.UTF_8);
        if (destination.isEmpty()) {
            send(run, new ProducerRecord<>(Topics.REPLAYS, key, letter.raw()));
        } else if (!destinations.get().contains(destination.get())) {
            run.skip("destination is off");
        } else if (fates.isDelivered(destination.get(), envelope.id())) {
            run.skip("delivered");
        } else {
            String topic = Topics.deliveries(destination.get());
            publisher.open(topic);
            send(run, new ProducerRecord<>(topic, key, letter.raw()));
        }
    }

    /** What a tracking plan has blocked goes on where it would have gone, if the plan as it is now lets it. */
    private void planned(Run run, DeadLetter letter) {
        Plans.Outcome outcome = plans.check(letter.source(), letter.raw());
        if (outcome.isBlocked()) {
            run.skip("still blocked");
            return;
        }
        try {
            byte[] key = Envelope.parse(letter.raw()).key().getBytes(StandardCharsets.UTF_8);
            send(run, new ProducerRecord<>(Topics.EVENTS, key, outcome.value()));
        } catch (IOException | RuntimeException e) {
            run.skip("unreadable");
        }
    }

    private void send(Run run, ProducerRecord<byte[], byte[]> again) {
        run.sent.incrementAndGet();
        if (run.dryRun) {
            return;
        }
        try {
            if (run.kafkaFailure.get() != null || !run.room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Kafka takes no more", run.kafkaFailure.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the hub is stopping", e);
        }
        while (true) {
            try {
                publisher.publish(List.of(again), failure -> {
                    if (failure != null) {
                        run.kafkaFailure.compareAndSet(null, failure);
                    }
                    run.room.release();
                });
                return;
            } catch (Overloaded e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
    }
}
