package dev.serai.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Turns a host into the one address that is then connected to, and refuses those that are not public. A name that is
 * checked here and resolved again by the HTTP client could mean another address the second time (DNS rebinding), so
 * the client only ever gets the address.
 *
 * <p>Names are kept for half a minute. Asking blocks, so it has threads of its own, which end when idle; one name
 * occupies one of them at most.
 */
final class HostResolver implements AutoCloseable {

    /** For tests, which have no DNS of their own. */
    interface Names {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int THREADS = 16;
    private static final int MAX_KEPT = 1_000;

    private record Known(CompletableFuture<InetAddress[]> addresses, long since) {
        boolean isFresh() {
            return !addresses.isCompletedExceptionally() && System.nanoTime() - since < KEPT_NANOS;
        }
    }

    private final Names names;
    private final ExecutorService threads;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    HostResolver(Names names) {
        this.names = names;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "serai-resolve");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /** @return fails with {@link AddressRefused} where one of the host's addresses is not public */
    CompletableFuture<InetAddress> resolve(String host, boolean allowPrivate) {
        if (known.size() > MAX_KEPT) {
            known.values().removeIf(entry -> !entry.isFresh());
        }
        Known entry = known.compute(host, (name, old) -> old != null && old.isFresh() ? old
                : new Known(CompletableFuture.supplyAsync(() -> ask(name), threads), System.nanoTime()));
        return entry.addresses().thenApply(addresses -> {
            for (InetAddress address : addresses) {
                if (!allowPrivate && !PublicAddresses.contains(address)) {
                    throw new AddressRefused(host);
                }
            }
            return addresses[0];
        });
    }

    /** The address did not answer: ask again, the next of its addresses first. */
    void failed(String host) {
        known.computeIfPresent(host, (name, entry) -> {
            if (!entry.isFresh() || !entry.addresses().isDone()) {
                return entry;
            }
            InetAddress[] rotated = entry.addresses().join().clone();
            InetAddress first = rotated[0];
            System.arraycopy(rotated, 1, rotated, 0, rotated.length - 1);
            rotated[rotated.length - 1] = first;
            return new Known(CompletableFuture.completedFuture(rotated), entry.since());
        });
    }

    private InetAddress[] ask(String host) {
        try {
            return names.resolve(host);
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
