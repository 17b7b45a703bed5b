package dev.serai.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.EventType;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Calls of the tracking API in a JSON file: one call, an array of them, one a line, or a batch as an SDK sends it.
 * Those forms may be mixed, because each is just a JSON value after the other.
 *
 * @param batches the calls, with what stands around each batch; calls outside any come together in one
 */
record CallFile(List<Batch> batches) {

    /** How many problems are told; a file with one mistake often has it in each line. */
    private static final int TOLD = 20;

    private static final String TYPES = Arrays.stream(EventType.values()).map(EventType::wireName)
            .collect(Collectors.joining(", "));

    CallFile {
        batches = List.copyOf(batches);
    }

    /** @param around the batch's own members but {@code batch}: context, integrations, write key */
    record Batch(ObjectNode around, List<Call> calls) { }

    /** @param line and column: where the call begins in the file */
    record Call(byte[] json, int line, int column) { }

    /**
     * @param name how complaints name the file
     * @throws SettingsException with everything wrong in the file
     */
    static CallFile parse(String name, byte[] bytes) {
        Reading reading = new Reading(name);
        try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
            while (parser.nextToken() != null) {
                reading.value(parser);
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            reading.problem(at == null ? 1 : at.getLineNr(), at == null ? 1 : at.getColumnNr(),
                    Terminal.cut(e.getOriginalMessage().lines().findFirst().orElse("this is no JSON"), 200),
                    "mend the JSON");
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        return reading.done();
    }

    private static final class Reading {

        private final String name;
        private final List<Problem> problems = new ArrayList<>();
        private final List<Batch> batches = new ArrayList<>();
        private final List<Call> single = new ArrayList<>();
        private int more;

        Reading(String name) {
            this.name = name;
        }

        void value(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                calls(parser, single);
            } else if (parser.currentToken() == JsonToken.START_OBJECT) {
                object(parser);
            } else {
                call(parser, single);
            }
        }

        /** A call, or a batch of them: told apart only at the member {@code batch}, which may come last. */
        private void object(JsonParser parser) throws IOException {
            JsonLocation begin = parser.currentTokenLocation();
            ObjectNode around = Json.MAPPER.createObjectNode();
            List<Call> calls = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY && field.equals("batch")) {
                    calls = new ArrayList<>();
                    calls(parser, calls);
                } else {
                    around.set(field, parser.readValueAsTree());
                }
            }
            if (calls == null) {
                add(around, begin, single);
            } else {
                flush();
                batches.add(new Batch(around, calls));
            }
        }

        private void calls(JsonParser parser, List<Call> calls) throws IOException {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                call(parser, calls);
            }
        }

        private void call(JsonParser parser, List<Call> calls) throws IOException {
            JsonLocation begin = parser.currentTokenLocation();
            add(parser.readValueAsTree(), begin, calls);
        }

        private void add(JsonNode call, JsonLocation begin, List<Call> calls) throws IOException {
            JsonNode type = call == null ? null : call.get("type");
            if (call == null || !call.isObject()) {
                problem(begin.getLineNr(), begin.getColumnNr(), "a call must be a JSON object",
                        "write for instance {\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u1\"}");
            } else if (type == null) {
                problem(begin.getLineNr(), begin.getColumnNr(), "the call has no 'type'", "add one of " + TYPES);
            } else if (!type.isTextual() || EventType.of(type.textValue()).isEmpty()) {
                problem(begin.getLineNr(), begin.getColumnNr(), Terminal.cut(type.toString(), 40)
                        + " is no type of a call", "use one of " + TYPES);
            } else {
                try {
                    calls.add(new Call(Json.MAPPER.writeValueAsBytes(call), begin.getLineNr(), begin.getColumnNr()));
                } catch (StreamConstraintsException e) {
                    problem(begin.getLineNr(), begin.getColumnNr(), "the call is nested too deep",
                            "the limit is " + Json.MAX_EVENT_DEPTH + " levels");
                }
            }
        }

        void problem(int line, int column, String what, String remedy) {
            if (problems.size() < TOLD) {
                problems.add(new Problem(name, line, column, what, remedy));
            } else {
                more++;
            }
        }

        private void flush() {
            if (!single.isEmpty()) {
                batches.add(new Batch(Json.MAPPER.createObjectNode(), List.copyOf(single)));
                single.clear();
            }
        }

        CallFile done() {
            flush();
            if (problems.isEmpty() && batches.stream().allMatch(batch -> batch.calls().isEmpty())) {
                problem(1, 1, "there is no call in it", "write at least one, as a JSON object");
            }
            if (more > 0) {
                problems.add(new Problem(name, 0, 0, "and " + Outgoing.plural(more, "more problem"),
                        "mend these first"));
            }
            if (!problems.isEmpty()) {
                throw new SettingsException(problems);
            }
            return new CallFile(batches);
        }
    }
}
