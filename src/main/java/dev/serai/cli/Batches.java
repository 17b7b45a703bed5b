package dev.serai.cli;

import dev.serai.cli.CallFile.Batch;
import dev.serai.cli.CallFile.Call;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.sample.HttpFile.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/**
 * Cuts calls into requests to {@code /v1/batch} that the tracking API takes: at most 500 KB and 2,500 events each. What
 * stood around a batch is repeated around each part of it, since it belongs to every event.
 */
final class Batches {

    private static final int MAX_BYTES = 500 * 1024;
    private static final int MAX_EVENTS = 2_500;
    private static final byte[] END = "]}".getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final Supplier<String> writeKey;
    private final List<Outgoing> requests = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Batches(String name, Supplier<String> writeKey) {
        this.name = name;
        this.writeKey = writeKey;
    }

    /**
     * @param writeKey of the source that the calls go to; asked for only if a batch does not name its own
     * @throws SettingsException if a call is too large for any request
     */
    static List<Outgoing> of(String name, CallFile file, Supplier<String> writeKey) {
        Batches batches = new Batches(name, writeKey);
        file.batches().forEach(batches::cut);
        if (!batches.problems.isEmpty()) {
            throw new SettingsException(batches.problems);
        }
        return batches.requests;
    }

    private void cut(Batch batch) {
        byte[] begin = begin(batch);
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Content-Type", "application/json"));
        if (!batch.around().path("writeKey").isTextual()) {
            headers.add(new Header("Authorization", "Basic " + Base64.getEncoder()
                    .encodeToString((writeKey.get() + ":").getBytes(StandardCharsets.UTF_8))));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int events = 0;
        for (Call call : batch.calls()) {
            if (begin.length + call.json().length + END.length > MAX_BYTES) {
                problems.add(new Problem(name, call.line(), call.column(), "the call is " + call.json().length
                        + " bytes, more than a request may carry", "the limit is 32768 bytes for one call"));
                continue;
            }
            if (events == MAX_EVENTS || events > 0 && body.size() + 1 + call.json().length + END.length > MAX_BYTES) {
                finish(body, headers, events);
                events = 0;
            }
            if (events == 0) {
                body.reset();
                body.writeBytes(begin);
            } else {
                body.write(',');
            }
            body.writeBytes(call.json());
            events++;
        }
        if (events > 0) {
            finish(body, headers, events);
        }
    }

    private void finish(ByteArrayOutputStream body, List<Header> headers, int events) {
        body.writeBytes(END);
        requests.add(new Outgoing("POST", "/v1/batch", headers, body.toByteArray(), events));
    }

    private static byte[] begin(Batch batch) {
        try {
            String around = Json.MAPPER.writeValueAsString(batch.around());
            String open = around.substring(0, around.length() - 1);
            return (open + (batch.around().isEmpty() ? "" : ",") + "\"batch\":[").getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }
}
