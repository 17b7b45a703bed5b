package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A partner's answer.
 *
 * @param headers names in lower case, sorted
 * @param body    no more than its first megabyte
 */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {

    /** A partner that asks for more is asked again all the same. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final int EXCERPT = 500;

    public HttpAnswer {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    /** Retry-After as seconds or as a date; empty where there is none that can be read. */
    Optional<Duration> retryAfter(Instant now) {
        String text = headers.get("retry-after");
        if (text == null) {
            return Optional.empty();
        }
        try {
            Duration wait = text.strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text.strip()))
                    : Duration.between(now, ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
            if (wait.isNegative()) {
                return Optional.of(Duration.ZERO);
            }
            return Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The body's tree if it is JSON, else its text. */
    JsonNode json() {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            return tree.isMissingNode() ? TextNode.valueOf("") : tree;
        } catch (IOException e) {
            return TextNode.valueOf(new String(body, StandardCharsets.UTF_8));
        }
    }

    /** The beginning of the body, for a person to read. */
    String excerpt() {
        return text(EXCERPT);
    }

    /** The body's first so many characters. */
    String text(int most) {
        String text = new String(body, 0, Math.min(body.length, most * 4), StandardCharsets.UTF_8);
        return text.length() > most ? text.substring(0, most) : text;
    }
}
