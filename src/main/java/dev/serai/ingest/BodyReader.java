package dev.serai.ingest;

import dev.serai.model.RequestRefused;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Reads a request's body into memory, bounded three times: per request, over all requests, and again after
 * decompression, so that neither a large body, nor many, nor a gzip bomb costs more than its share. Requests whose
 * answer is pending are counted here too: over the limit the answer is 429, and nothing is queued.
 */
final class BodyReader implements Handler<RoutingContext> {

    private final HttpLimits limits;
    private final ConnectionGuard guard;
    private final IngestMetrics metrics;
    private final AtomicLong buffered = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();

    BodyReader(HttpLimits limits, ConnectionGuard guard, IngestMetrics metrics) {
        this.limits = limits;
        this.guard = guard;
        this.metrics = metrics;
    }

    /** Requests that were read and are not answered yet. */
    int inFlight() {
        return inFlight.get();
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (announcedLength(request) > limits.maxBodyBytes()) {
            refuse(ctx, tooLarge());
            return;
        }
        guard.bodyAwaited(request.connection());
        Collector collector = new Collector(ctx);
        request.handler(collector);
        request.exceptionHandler(collector::failed);
        request.endHandler(end -> collector.finished());
    }

    private static long announcedLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Answers without waiting for the rest of the body, so the connection cannot be used again. */
    private static void refuse(RoutingContext ctx, RequestRefused refusal) {
        ctx.response().putHeader("Connection", "close");
        Answers.refusal(ctx, refusal);
    }

    private RequestRefused tooLarge() {
        return new RequestRefused(413, "payload_too_large",
                "the request is larger than " + limits.maxBodyBytes() + " bytes; send less at a time");
    }

    private final class Collector implements Handler<Buffer> {

        private final RoutingContext ctx;
        private Buffer body;
        private int counted;
        private boolean over;

        Collector(RoutingContext ctx) {
            this.ctx = ctx;
        }

        @Override
        public void handle(Buffer chunk) {
            if (over) {
                return;
            }
            int length = (body == null ? 0 : body.length()) + chunk.length();
            if (length > limits.maxBodyBytes()) {
                end();
                refuse(ctx, tooLarge());
                return;
            }
            counted += chunk.length();
            if (buffered.addAndGet(chunk.length()) > HttpLimits.MAX_BUFFERED_BYTES) {
                end();
                metrics.countOverload();
                refuse(ctx, Answers.overload());
                return;
            }
            body = body == null ? chunk : body.appendBuffer(chunk);
        }

        void failed(Throwable cause) {
            if (!over) {
                end();
                ctx.fail(400, cause);
            }
        }

        void finished() {
            if (over) {
                return;
            }
            end();
            guard.bodyCame(ctx.request().connection());
            try {
                ((RoutingContextInternal) ctx).setBody(plain(body == null ? Buffer.buffer(0) : body));
            } catch (RequestRefused refusal) {
                Answers.refusal(ctx, refusal);
                return;
            }
            // counted only now: a client that drips its body must not take the place of one that is done
            if (inFlight.incrementAndGet() > limits.maxInFlight()) {
                inFlight.decrementAndGet();
                metrics.countOverload();
                Answers.refusal(ctx, Answers.overload());
                return;
            }
            // Vert.x keeps one end handler for a response: this one takes the place of the server's
            ctx.addEndHandler(end -> {
                inFlight.decrementAndGet();
                guard.answered(ctx.request().connection());
            });
            ctx.next();
        }

        private void end() {
            over = true;
            buffered.addAndGet(-counted);
        }

        private Buffer plain(Buffer raw) {
            String encoding = ctx.request().getHeader("Content-Encoding");
            if (encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
                return raw;
            }
            try (InputStream in = switch (encoding.strip().toLowerCase(Locale.ROOT)) {
                case "gzip", "x-gzip" -> new GZIPInputStream(new ByteArrayInputStream(raw.getBytes()));
                case "deflate" -> new InflaterInputStream(new ByteArrayInputStream(raw.getBytes()));
                default -> throw new RequestRefused(415, "unsupported_encoding",
                        "Content-Encoding must be gzip, deflate or identity");
            }) {
                byte[] plain = in.readNBytes(limits.maxBodyBytes() + 1);
                if (plain.length > limits.maxBodyBytes()) {
                    throw tooLarge();
                }
                return Buffer.buffer(plain);
            } catch (IOException e) {
                throw new RequestRefused(400, "bad_request", "the body is not the " + encoding.strip()
                        + " that Content-Encoding says");
            }
        }
    }
}
