package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.EventType;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as image requests, for e-mails and pages without scripts: {@code ?data=<base64 URL-safe JSON>}, also plain
 * JSON, or flat parameters such as {@code userId=..&event=..&properties.subject=..&writeKey=..}. Segment's "Pixel
 * Tracking API".
 *
 * <p>A browser can do nothing with an error, so the answer is always the image; what was wrong is counted, and a dead
 * letter where the source is known. This is the one answer 200 that does not say that Kafka has the event.
 */
public final class PixelApi {

    private static final Logger LOG = LoggerFactory.getLogger(PixelApi.class);
    private static final byte[] TRANSPARENT_GIF =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
    private static final int MAX_PARAMETERS = 1024;

    private final TrackingApi trackingApi;

    public PixelApi(TrackingApi trackingApi) {
        this.trackingApi = trackingApi;
    }

    /** In: header {@code call} and the raw query. Out: the intake. */
    public Processor receive() {
        return exchange -> {
            Message message = exchange.getMessage();
            EventType type = EventType.of(message.getHeader("call", String.class)).orElseThrow(() ->
                    new RequestRefused(404, "unknown_call", "there is no such pixel"));
            String query = message.getHeader(Exchange.HTTP_RAW_QUERY, String.class);
            message.setBody(trackingApi.pixel(json(query == null ? "" : query), type, message));
        };
    }

    /** After a failure: says so in the log, once per request and without what was sent. */
    public Processor failed() {
        return exchange -> {
            Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            if (!(failure instanceof RequestRefused)) {
                LOG.warn("A pixel's event was not accepted reason={}", String.valueOf(failure));
            }
        };
    }

    /** The answer, whatever happened. */
    public Processor image() {
        return exchange -> {
            Message message = exchange.getMessage();
            message.setHeader(Exchange.CONTENT_TYPE, "image/gif");
            message.setBody(TRANSPARENT_GIF);
        };
    }

    private static byte[] json(String query) throws JsonProcessingException {
        Map<String, List<String>> parameters;
        try {
            parameters = new QueryStringDecoder("?" + query, StandardCharsets.UTF_8, true,
                    MAX_PARAMETERS).parameters();
        } catch (IllegalArgumentException e) {
            throw new RequestRefused(400, "bad_request", "the query cannot be decoded");
        }
        List<String> data = parameters.get("data");
        return data != null ? decoded(data.get(0)) : Json.MAPPER.writeValueAsBytes(flat(parameters));
    }

    private static byte[] decoded(String data) {
        if (data.stripLeading().startsWith("{")) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        try {
            // the standard alphabet comes too, with its plus signs read as spaces by the query's decoding
            return Base64.getUrlDecoder().decode(data.strip().replace(' ', '-').replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            throw new RequestRefused(400, "bad_request", "data must be base64 of a JSON object");
        }
    }

    private static ObjectNode flat(Map<String, List<String>> parameters) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        parameters.forEach((name, values) -> {
            ObjectNode parent = json;
            String[] path = name.split("\\.", 8);
            for (int i = 0; i < path.length - 1; i++) {
                JsonNode child = parent.get(path[i]);
                parent = child instanceof ObjectNode object ? object : parent.putObject(path[i]);
            }
            parent.put(path[path.length - 1], values.get(0));
        });
        return json;
    }
}
