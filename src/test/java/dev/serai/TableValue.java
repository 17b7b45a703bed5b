package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Whether a value in a table says what the partner's does; a column may have become wider, and times are instants. */
final class TableValue {

    private static final DateTimeFormatter BASIC_ZONE = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSS]XX");

    private TableValue() {
    }

    static boolean isSame(JsonNode truth, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            // mappings leave out what is empty
            return truth.isNull() || truth.isContainerNode() && truth.isEmpty();
        }
        if (truth.isNull()) {
            return false;
        }
        if (truth.isNumber()) {
            return isNumber(truth, value) || truth.isIntegralNumber() && value.isTextual()
                    && Instant.ofEpochSecond(truth.longValue()).equals(instant(value.textValue()));
        }
        if (truth.isContainerNode()) {
            return value.isTextual() && truth.equals(TableValue::byNumber, json(value.textValue()));
        }
        return truth.asText().equals(value.asText()) || truth.isTextual() && value.isTextual()
                && instant(truth.textValue()) != null && instant(truth.textValue()).equals(instant(value.textValue()));
    }

    private static boolean isNumber(JsonNode truth, JsonNode value) {
        try {
            BigDecimal number = new BigDecimal(value.asText());
            return number.compareTo(truth.decimalValue()) == 0 || number.doubleValue() == truth.doubleValue();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static int byNumber(JsonNode one, JsonNode other) {
        return one.equals(other) || one.isNumber() && isNumber(one, other) ? 0 : 1;
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static Instant instant(String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            return text.endsWith("+0000") ? OffsetDateTime.parse(text, BASIC_ZONE).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
