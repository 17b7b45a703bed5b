package dev.serai.sandbox.stripe;

import dev.serai.sandbox.SandboxRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The query of a request: {@code limit=3}, {@code created[gte]=1}, {@code types[]=a} or {@code types[0]=a}. */
final class Parameters {

    private final Map<String, List<String>> query;

    Parameters(SandboxRequest request) {
        this.query = request.query();
    }

    /** Without what stands in brackets. */
    Set<String> names() {
        return query.keySet().stream().map(Parameters::name).collect(Collectors.toSet());
    }

    private static String name(String key) {
        return key.indexOf('[') < 0 ? key : key.substring(0, key.indexOf('['));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(query.get(name)).map(values -> values.get(0)).filter(value -> !value.isEmpty());
    }

    List<String> all(String name) {
        return query.entrySet().stream().filter(entry -> name(entry.getKey()).equals(name))
                .flatMap(entry -> entry.getValue().stream()).toList();
    }

    int limit() {
        int limit = text("limit").map(value -> (int) number("limit", value)).orElse(10);
        if (limit < 1 || limit > 100) {
            throw Refusal.badRequest(limit < 1 ? "This value must be greater than or equal to 1."
                    : "This value must be less than or equal to 100.", "limit");
        }
        return limit;
    }

    private static long number(String name, String value) {
        try {
            return Math.min(Integer.MAX_VALUE, Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new Refusal(400, "invalid_request_error", "parameter_invalid_integer", "Invalid integer: " + value, name);
        }
    }

    /** From and to which second of creation, both included. */
    record Seconds(long from, long to) { }

    Seconds created() {
        long from = Long.MIN_VALUE;
        long to = Long.MAX_VALUE;
        for (var entry : query.entrySet()) {
            if (!name(entry.getKey()).equals("created")) {
                continue;
            }
            long second = number(entry.getKey(), entry.getValue().get(0));
            switch (entry.getKey()) {
                case "created" -> {
                    from = Math.max(from, second);
                    to = Math.min(to, second);
                }
                case "created[gte]" -> from = Math.max(from, second);
                case "created[gt]" -> from = Math.max(from, second + 1);
                case "created[lte]" -> to = Math.min(to, second);
                case "created[lt]" -> to = Math.min(to, second - 1);
                default -> throw new Refusal(400, "invalid_request_error", "parameter_unknown",
                        "Received unknown parameter: " + entry.getKey(), entry.getKey());
            }
        }
        return new Seconds(from, to);
    }
}
