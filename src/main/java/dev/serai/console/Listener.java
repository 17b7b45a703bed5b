package dev.serai.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client of the live stream. What was handed to its connection and is not on the network yet is counted in bytes;
 * while that is too much, events are left out for this client alone, and it is told how many as soon as it reads on.
 *
 * <p>Called by the feed's thread and by the event loop; the response may be written from both. A client that has
 * taken nothing for several heartbeats is cut off, because its place is wanted by others.
 */
final class Listener {

    private static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");
    private static final int PATIENT_HEARTBEATS = 4;

    private final HttpConnection connection;
    private final HttpServerResponse response;
    private final StreamFilter filter;
    private final long maxBytes;
    private final boolean isViewer;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile boolean opened;
    private volatile boolean taking;
    private int stuckHeartbeats;

    Listener(HttpConnection connection, HttpServerResponse response, StreamFilter filter, long maxBytes, boolean isViewer) {
        this.connection = connection;
        this.response = response;
        this.filter = filter;
        this.maxBytes = maxBytes;
        this.isViewer = isViewer;
    }

    /** Until then nothing is written; the feed may be quicker than the head of the answer. */
    void open() {
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader("X-Content-Type-Options", "nosniff");
        write(Buffer.buffer("retry: 2000\n\n"));
        opened = true;
    }

    /** Whether it gets frames masked. */
    boolean isViewer() {
        return isViewer;
    }

    boolean wants(Frame frame) {
        return opened && filter.matches(frame);
    }

    void show(Frame frame) {
        if (!wants(frame)) {
            return;
        }
        if (hasRoom()) {
            tellSkipped();
            write(frame.bytes());
        } else {
            skipped.incrementAndGet();
        }
    }

    void notice(Buffer frame) {
        if (hasRoom()) {
            write(frame);
        }
    }

    void skipped(long count) {
        skipped.addAndGet(count);
        tellSkipped();
    }

    /** Called on a timer, never by two threads at once. */
    void heartbeat() {
        stuckHeartbeats = waitingBytes.get() == 0 || taking ? 0 : stuckHeartbeats + 1;
        taking = false;
        if (stuckHeartbeats >= PATIENT_HEARTBEATS) {
            // Vert.x's own close waits for the client to read what is left
            ((ConnectionBase) connection).channelHandlerContext().close();
            return;
        }
        tellSkipped();
        notice(HEARTBEAT);
    }

    void end() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    long waitingBytes() {
        return waitingBytes.get();
    }

    private boolean hasRoom() {
        return opened && waitingBytes.get() < maxBytes;
    }

    private void tellSkipped() {
        if (hasRoom()) {
            long count = skipped.getAndSet(0);
            if (count > 0) {
                write(Frame.notice("skipped", "{\"count\":" + count + "}"));
            }
        }
    }

    private void write(Buffer buffer) {
        int length = buffer.length();
        waitingBytes.addAndGet(length);
        try {
            response.write(buffer).onComplete(written -> {
                taking = true;
                waitingBytes.addAndGet(-length);
            });
        } catch (IllegalStateException e) {
            // it has gone in this moment; its end handler takes it off the list
            waitingBytes.addAndGet(-length);
        }
    }
}
