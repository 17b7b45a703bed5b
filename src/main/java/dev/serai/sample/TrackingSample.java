package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Partner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * {@code in.http} from events that came in through the tracking API: for each the call of which the hub would make it again.
 * What the hub has added goes, and what an SDK put around a batch stands in the call itself.
 */
final class TrackingSample {

    private static final String WRITE_KEY = "writeKey";

    private final Partner partner;

    TrackingSample(Partner partner) {
        this.partner = partner;
    }

    /** Whether the partner's events come in so. */
    static boolean isFor(Partner partner) {
        return partner.source().filter(source -> source.settings().containsKey(WRITE_KEY)).isPresent();
    }

    /** The file's text. */
    String of(Iterable<JsonNode> events) throws IOException {
        String key = SampleSettings.of(partner).entrySet().stream().filter(one -> one.getKey().equals(WRITE_KEY)
                || one.getKey().endsWith("." + WRITE_KEY)).map(one -> one.getValue()).findFirst().orElse("sample-write-key");
        String authorization = Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
        List<String> requests = new ArrayList<>();
        for (JsonNode event : events) {
            requests.add("POST /v1/" + event.path("type").asText() + "\nContent-Type: application/json\nAuthorization: Basic "
                    + authorization + "\n\n" + SampleJson.pretty(call(event)) + "\n");
        }
        return String.join("###\n", requests);
    }

    private static ObjectNode call(JsonNode event) {
        ObjectNode call = event.deepCopy();
        JsonNode original = call.remove("originalTimestamp");
        if (original != null) {
            call.set("timestamp", original);
        }
        call.remove(List.of("source", "type", "receivedAt"));
        return call;
    }
}
