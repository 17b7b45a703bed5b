package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.model.Json;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Program;
import dev.serai.sync.SyncFault.Kind;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Listens to a partner's stream of JSON lines for a while, for Kamelet {@code stream-page-action}: until nothing has come
 * for some time, or a second after the first event, or until there are enough. The body becomes an array of the events;
 * property {@code position} is where the stream stands behind them. The connection is closed then; the next page goes on
 * from there.
 */
public final class StreamPage implements Processor {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration OPEN = Duration.ofSeconds(30);
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(2);
    private static final int MAX_EVENTS = 1_000;
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int REFUSAL = 300;
    private static final String END = "";

    private final PartnerFolders folders;
    private final Duration quiet;
    private final Duration gather;
    private final Map<String, Program> programs = new ConcurrentHashMap<>();

    public StreamPage(PartnerFolders folders) {
        this(folders, Duration.ofSeconds(20), Duration.ofSeconds(1));
    }

    /**
     * @param quiet  how long an event is waited for
     * @param gather how long more are waited for behind the first one
     */
    StreamPage(PartnerFolders folders, Duration quiet, Duration gather) {
        this.folders = folders;
        this.quiet = quiet;
        this.gather = gather;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String partner = exchange.getProperty("serai.partner", String.class);
        String request = exchange.getProperty("serai.request", String.class);
        String pointer = exchange.getProperty("serai.offset", String.class);
        Program program = programs.computeIfAbsent(partner + "/" + request,
                name -> Program.compile(folders.partners().get(partner), request));
        String offset = exchange.getMessage().getHeader(StreamPaging.OFFSET, "", String.class);
        HttpRequest http = request(exchange, program, offset);
        // a client of its own: what it connects to, and the cookies for that, are this page's
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NORMAL)
                .version(HttpClient.Version.HTTP_1_1).cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL)).build();
        Lines lines = new Lines();
        CompletableFuture<?> ended = client.sendAsync(http, lines);
        ended.whenComplete((response, failure) -> lines.ended(failure));
        HttpResponse.ResponseInfo opened = lines.opened();
        if (opened.statusCode() >= REFUSAL) {
            throw Faults.ofStatus(opened.statusCode(), String.join("\n", lines.take(REFUSAL_PATIENCE, REFUSAL_PATIENCE)),
                    opened.headers().firstValue("Retry-After").orElse(null), Instant.now(), !offset.isEmpty());
        }
        List<String> events = whole(lines.take(quiet, gather));
        exchange.setProperty("position", position(events, pointer, offset));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(events.stream().collect(Collectors.joining(",", "[", "]")).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpRequest request(Exchange exchange, Program program, String offset) throws SyncFault {
        Map<?, ?> told = exchange.getProperty(SyncConsumer.SETTINGS, Map.class);
        ObjectNode settings = Json.MAPPER.createObjectNode();
        told.forEach((name, value) -> settings.put((String) name, (String) value));
        try {
            JsonNode made = program.run(Map.of("settings", settings),
                    Json.MAPPER.createObjectNode().put(StreamPaging.OFFSET, offset.isEmpty() ? null : offset));
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(made.path("url").asText()))
                    .method(made.path("method").asText("POST"), HttpRequest.BodyPublishers.ofString(
                            made.path("body").isTextual() ? made.path("body").asText() : made.path("body").toString()));
            made.path("headers").fields().forEachRemaining(header ->
                    request.header(header.getKey(), header.getValue().asText()));
            return request.build();
        } catch (JsltException | IllegalArgumentException e) {
            throw new SyncFault(Kind.REFUSED, "the request of the stream cannot be made: " + e.getMessage(), null, e);
        }
    }

    /** The last line may have been cut off: it comes again. Another that is no JSON is a text, which the mapping refuses alone. */
    private static List<String> whole(List<String> lines) {
        List<String> whole = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (Json.isOneValue(lines.get(i))) {
                whole.add(lines.get(i));
            } else if (i < lines.size() - 1) {
                whole.add(TextNode.valueOf(lines.get(i)).toString());
            }
        }
        return whole;
    }

    /** Behind the last line that tells one. */
    private static String position(List<String> events, String pointer, String before) {
        String offset = before;
        for (int i = events.size() - 1; i >= 0; i--) {
            try {
                JsonNode told = Json.MAPPER.readTree(events.get(i)).at(pointer);
                if (told.isValueNode() && !told.isNull()) {
                    offset = told.asText();
                    break;
                }
            } catch (IOException e) {
                // the one before tells it
            }
        }
        return Json.MAPPER.createObjectNode().put(StreamPaging.OFFSET, offset).put(StreamPaging.COUNT, events.size()).toString();
    }

    /** Lines as they come, until enough have. */
    private static final class Lines implements HttpResponse.BodyHandler<Void>, Flow.Subscriber<String> {

        private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
        private final CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
        private volatile Flow.Subscription subscription;

        @Override
        public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo info) {
            head.complete(info);
            return HttpResponse.BodySubscribers.fromLineSubscriber(this);
        }

        HttpResponse.ResponseInfo opened() throws SyncFault, InterruptedException {
            try {
                return head.get(OPEN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new SyncFault(Kind.TRANSIENT, "the stream cannot be opened: "
                        + (e.getCause() == null ? "no answer" : e.getCause().getMessage()), null, e);
            }
        }

        void ended(Throwable failure) {
            if (failure != null) {
                head.completeExceptionally(failure);
            }
            came.add(END);
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(MAX_EVENTS);
        }

        @Override
        public void onNext(String line) {
            if (line.isBlank()) {
                // a sign of life is no event
                subscription.request(1);
            } else {
                came.add(line);
            }
        }

        @Override
        public void onError(Throwable failure) {
            came.add(END);
        }

        @Override
        public void onComplete() {
            came.add(END);
        }

        List<String> take(Duration quiet, Duration gather) throws InterruptedException {
            List<String> lines = new ArrayList<>();
            long bytes = 0;
            long until = System.nanoTime() + quiet.toNanos();
            while (lines.size() < MAX_EVENTS && bytes < MAX_BYTES) {
                String line = came.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null || line.equals(END)) {
                    break;
                }
                if (lines.isEmpty()) {
                    until = System.nanoTime() + gather.toNanos();
                }
                lines.add(line);
                bytes += line.length();
            }
            if (subscription != null) {
                subscription.cancel();
            }
            return lines;
        }
    }
}
