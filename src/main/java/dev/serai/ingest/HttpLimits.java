package dev.serai.ingest;

import java.time.Duration;

/**
 * What the HTTP server bears before it says no.
 *
 * @param maxBodyBytes   of one request, also after gunzip; more answers 413
 * @param maxConnections further ones are closed at once
 * @param maxInFlight    requests whose answer is pending; further ones answer 429
 * @param idle           how long a connection may ask nothing
 * @param head           within which the head of a request must have come
 * @param body           within which the body must have come
 */
public record HttpLimits(int maxBodyBytes, int maxConnections, int maxInFlight, Duration idle, Duration head,
                         Duration body) {

    /** Bytes of request bodies in memory, over all connections; more answers 429. */
    static final long MAX_BUFFERED_BYTES = 64L * 1024 * 1024;
}
