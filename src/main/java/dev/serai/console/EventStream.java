package dev.serai.console;

import dev.serai.ingest.Answers;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Rewritten;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Topics;
import dev.serai.model.RequestRefused;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * {@code GET /api/events/stream}: events as they come in, as server-sent events named {@code accepted},
 * {@code rejected} and {@code unplanned}. Besides those it says {@code listening} once everything new will be shown,
 * {@code skipped} with how many were not, and {@code interrupted} while Kafka cannot be read. With {@code recent=50} it begins
 * with as many that had come before.
 *
 * <p>It never slows ingestion: one {@link EventFeed} reads what is already in Kafka, for all clients together, at a
 * bounded rate, and only while there is a client. Nobody is owed every event here; the warehouse has them.
 *
 * <p>Hazard: Vert.x calls end handlers while it holds the connection's lock, and writing takes that lock. So nothing
 * is written while this object's lock is held.
 */
final class EventStream implements Handler<RoutingContext>, AutoCloseable {

    private final Vertx vertx;
    private final KafkaConnection kafka;
    private final StreamLimits limits;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private EventFeed feed;
    private boolean listening;
    private long heartbeat;
    private boolean closed;

    EventStream(Vertx vertx, KafkaConnection kafka, StreamLimits limits) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.limits = limits;
    }

    @Override
    public void handle(RoutingContext ctx) {
        try {
            StreamFilter filter = StreamFilter.of(ctx.queryParams());
            Listener listener = new Listener(ctx.request().connection(), ctx.response(), filter,
                    limits.listenerBytes(), Role.of(ctx) == Role.VIEWER);
            ctx.addEndHandler(end -> leave(listener));
            join(listener);
            // a browser that comes back says where it was, and has them
            if (filter.recent() > 0 && !ctx.request().headers().contains("Last-Event-ID")) {
                vertx.executeBlocking(() -> recent(filter), false).onSuccess(frames -> frames.forEach(frame ->
                        listener.show(listener.isViewer() ? frame.masked() : frame)));
            }
            if (ctx.response().closed()) {
                // it had gone before there was an end handler to tell
                leave(listener);
            }
        } catch (RequestRefused refusal) {
            Answers.refusal(ctx, refusal);
        }
    }

    private List<Frame> recent(StreamFilter filter) {
        try (TopicWalk walk = new TopicWalk(kafka)) {
            return Stream.of(Topics.EVENTS, Topics.DEAD_LETTERS).flatMap(topic -> walk.last(topic, filter.recent()).stream())
                    .sorted(Comparator.comparingLong(ConsumerRecord::timestamp)).filter(entry -> Rewritten.originalOffset(entry).isEmpty())
                    .flatMap(entry -> Frame.of(entry).stream()).filter(filter::matches).toList();
        }
    }

    private void join(Listener listener) {
        synchronized (this) {
            if (closed || listeners.size() >= limits.listeners()) {
                throw new RequestRefused(429, "too_many_listeners", "the hub shows its events to at most "
                        + limits.listeners() + " clients at a time; close one, or try again later");
            }
            listeners.add(listener);
            if (feed == null) {
                startFeed();
            }
        }
        listener.open();
        if (isListening()) {
            listener.notice(Showing.LISTENING);
        }
    }

    private synchronized void leave(Listener listener) {
        if (listeners.remove(listener) && listeners.isEmpty()) {
            stopFeed();
        }
    }

    private void startFeed() {
        heartbeat = vertx.setPeriodic(limits.heartbeat().toMillis(), id -> listeners.forEach(Listener::heartbeat));
        Showing showing = new Showing();
        feed = EventFeed.start(kafka, limits, showing);
        showing.by = feed;
    }

    private void stopFeed() {
        if (feed != null) {
            vertx.cancelTimer(heartbeat);
            feed.stop();
            feed = null;
            listening = false;
        }
    }

    private synchronized boolean isListening() {
        return listening;
    }

    synchronized int listeners() {
        return listeners.size();
    }

    /** What waits for the client that is furthest behind. */
    long mostWaitingBytes() {
        return listeners.stream().mapToLong(Listener::waitingBytes).max().orElse(0);
    }

    /** Ends every stream; a request that comes later is refused. To be called before the server waits for requests. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            stopFeed();
        }
        listeners.forEach(Listener::end);
    }

    private final class Showing implements EventFeed.Audience {

        private static final Buffer LISTENING = Frame.notice("listening", "{}");
        private static final Buffer INTERRUPTED = Frame.notice("interrupted",
                "{\"message\":\"the hub cannot read from Kafka; events that come in meanwhile are not shown\"}");

        private EventFeed by;

        @Override
        public void listening() {
            tell(LISTENING, true);
        }

        @Override
        public void interrupted() {
            tell(INTERRUPTED, false);
        }

        /** A feed that was stopped has nothing more to say. Who joins just now may hear it twice. */
        private void tell(Buffer notice, boolean isListening) {
            synchronized (EventStream.this) {
                if (by != feed) {
                    return;
                }
                listening = isListening;
            }
            listeners.forEach(listener -> listener.notice(notice));
        }

        @Override
        public void show(Frame frame) {
            Frame masked = listeners.stream().anyMatch(listener -> listener.isViewer() && listener.wants(frame)) ? frame.masked() : frame;
            listeners.forEach(listener -> listener.show(listener.isViewer() ? masked : frame));
        }

        @Override
        public void skipped(long count) {
            listeners.forEach(listener -> listener.skipped(count));
        }
    }
}
