package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.model.Json;
import dev.serai.partner.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an answer means. The partner's response mapping is asked first; where it has nothing to say (null), the status
 * decides. It gets {@code {"status","headers","body","count","items"}} and answers
 * {@code {"verdict":"retry","code":"...","message":"...","afterSeconds":30}}, one for all items of the request or an
 * array with one for each, where null again stands for the status' meaning.
 */
final class ResponseRules {

    private static final int MAX_AFTER_SECONDS = 4 * 60 * 60;

    /**
     * @param each          for each item of the request
     * @param ofDestination what it says of the destination
     */
    record Judgement(List<Verdict> each, Verdict ofDestination) { }

    private final Program mapping;

    /** @param mapping null if the status says all */
    ResponseRules(Program mapping) {
        this.mapping = mapping;
    }

    Judgement judge(HttpAnswer answer, ArrayNode items, Map<String, JsonNode> variables, Instant now) {
        Verdict byStatus = byStatus(answer, now);
        JsonNode told = tell(answer, items, variables);
        List<Verdict> each = new ArrayList<>(items.size());
        Verdict ofDestination = Verdict.DELIVERED;
        if (told.isArray() && told.size() == items.size()) {
            for (JsonNode one : told) {
                Verdict verdict = verdict(one, byStatus);
                each.add(verdict);
                if (verdict.kind() == Verdict.Kind.STOP) {
                    ofDestination = verdict;
                }
            }
        } else {
            ofDestination = verdict(told, byStatus);
            for (int i = 0; i < items.size(); i++) {
                each.add(ofDestination);
            }
        }
        return new Judgement(each, ofDestination);
    }

    private JsonNode tell(HttpAnswer answer, ArrayNode items, Map<String, JsonNode> variables) {
        if (mapping == null) {
            return Json.MAPPER.nullNode();
        }
        ObjectNode input = Json.MAPPER.createObjectNode().put("status", answer.status());
        ObjectNode headers = input.putObject("headers");
        answer.headers().forEach(headers::put);
        input.set("body", answer.json());
        input.put("count", items.size());
        input.set("items", items);
        try {
            return mapping.run(variables, input);
        } catch (JsltException e) {
            // an answer of an unforeseen form; its status still means something
            return Json.MAPPER.nullNode();
        }
    }

    private static Verdict verdict(JsonNode told, Verdict byStatus) {
        if (!told.isObject()) {
            return byStatus;
        }
        Verdict.Kind kind = told.has("verdict") ? Verdict.Kind.of(told.get("verdict").asText()) : byStatus.kind();
        Duration after = told.has("afterSeconds")
                ? Duration.ofSeconds(Math.max(0, Math.min(MAX_AFTER_SECONDS, told.get("afterSeconds").asLong())))
                : byStatus.after();
        return new Verdict(kind, told.path("code").asText(byStatus.code()),
                told.path("message").asText(byStatus.message()), after);
    }

    private static Verdict byStatus(HttpAnswer answer, Instant now) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return Verdict.DELIVERED;
        }
        String code = "http_" + status;
        String message = "the partner answered " + status + ": " + answer.excerpt();
        return switch (status) {
            case 401, 403, 410 -> Verdict.stop(code, message);
            case 413 -> Verdict.split(code, message);
            case 408, 409, 425, 429 -> Verdict.retry(code, message, answer.retryAfter(now).orElse(null));
            default -> {
                if (status >= 500) {
                    yield Verdict.retry(code, message, answer.retryAfter(now).orElse(null));
                }
                // a redirect is not followed: the partner has moved, and somebody must set its new address
                yield status < 400 ? Verdict.stop(code, message) : Verdict.deadLetter(code, message);
            }
        };
    }
}
