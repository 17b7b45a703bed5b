package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Suppressions;
import dev.serai.model.RequestRefused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Starts requests about people and remembers how they went. Each suppresses at once, and removes when it is its turn.
 * What is remembered is gone with the process; a request that was cut short so is made again.
 */
public final class Forgetter implements AutoCloseable {

    private static final int MAX_AT_ONCE = 16;
    private static final int MAX_KEPT = 500;
    private static final long STOP_SECONDS = 10;

    private final KafkaConnection kafka;
    private final Suppressions suppressions;
    private final List<PersonStore> stores;
    private final ReentrantLock removal = new ReentrantLock(true);
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, MAX_AT_ONCE, 10, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> new Thread(task, "serai-forget"));
    private final Map<String, ForgetRun> runs = new LinkedHashMap<>();

    public Forgetter(KafkaConnection kafka, Suppressions suppressions, List<PersonStore> stores) {
        this.kafka = kafka;
        this.suppressions = suppressions;
        this.stores = List.copyOf(stores);
    }

    /**
     * Begins and returns at once.
     *
     * @return by which to ask for its {@link #status}
     * @throws RequestRefused if too many are under way
     */
    public String start(ForgetRequest request) {
        String id = UUID.randomUUID().toString();
        ForgetRun run = new ForgetRun(id, request, kafka, suppressions, stores);
        synchronized (runs) {
            runs.put(id, run);
            if (runs.size() > MAX_KEPT) {
                runs.remove(runs.keySet().iterator().next());
            }
        }
        try {
            threads.execute(() -> run.run(removal));
        } catch (RejectedExecutionException e) {
            synchronized (runs) {
                runs.remove(id);
            }
            throw new RequestRefused(429, "too_many_requests", MAX_AT_ONCE
                    + " requests about people are under way; try again when one has ended");
        }
        return id;
    }

    /** Empty for an id that this process did not give, or gave long ago. */
    public Optional<ForgetStatus> status(String id) {
        synchronized (runs) {
            return Optional.ofNullable(runs.get(id)).map(ForgetRun::status);
        }
    }

    /** Ends what is under way where it is. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
