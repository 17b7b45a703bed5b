package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What partners' mappings need and JSLT does not have:
 * <ul>
 * <li>{@code epoch-millis("2026-11-24T10:00:00.000Z")}, {@code epoch-seconds(...)}: a whole number; null for what is no time
 * <li>{@code base64("user:password")}, {@code url-encode("a value of a form")}
 * <li>{@code hmac-sha256-hex("key", "text")}
 * <li>{@code text(value)}: a text that is not blank as it is, a number as text; null for all else
 * <li>{@code iso-time(value)}: unix seconds or milliseconds, also as text, or a date and time in one of the usual forms, UTC
 * where none is told; null for null and ""; an error for what is no time
 * <li>{@code is-time(value)}: whether {@code iso-time} takes it, for a mapping that makes several events and must not lose
 * all to one
 * <li>{@code title-case("email.soft_bounce")}: {@code "Email Soft Bounce"}
 * <li>{@code message-id($source, .id, ...)}: the same for the same, so that a partner's retry is one event
 * </ul>
 */
final class ProgramFunctions {

    private static final int ACRONYM = 3;
    private static final int FRACTION = ".000Z".length();
    private static final int MAX_PARTS = 20;

    static final Collection<Function> ALL = List.of(
            new Own("epoch-millis", 1, arguments -> time(arguments[0], Instant::toEpochMilli)),
            new Own("epoch-seconds", 1, arguments -> time(arguments[0], Instant::getEpochSecond)),
            new Own("base64", 1, arguments -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes(arguments[0])))),
            new Own("url-encode", 1, arguments -> TextNode.valueOf(
                    URLEncoder.encode(arguments[0].asText(), StandardCharsets.UTF_8))),
            new Own("hmac-sha256-hex", 2, arguments -> hmac(bytes(arguments[0]), bytes(arguments[1]))),
            new Own("text", 1, arguments -> text(arguments[0])),
            new Own("iso-time", 1, arguments -> isoTime(arguments[0])),
            new Own("is-time", 1, arguments -> BooleanNode.valueOf(isTime(arguments[0]))),
            new Own("title-case", 1, arguments -> arguments[0].isTextual()
                    ? TextNode.valueOf(titleCase(arguments[0].textValue())) : NullNode.getInstance()),
            new Own("message-id", 2, MAX_PARTS, ProgramFunctions::messageId));

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}([.]\\d{1,9})?");
    private static final long SECONDS_ARE_LESS = 100_000_000_000L;
    private static final Pattern WORD_END = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=[a-z0-9])(?=[A-Z])");
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).appendPattern("['T'][' ']").append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[' ']['UTC'][XXX][XX][X]").toFormatter(Locale.ROOT);

    private static final String HMAC = "HmacSHA256";

    private ProgramFunctions() {
    }

    /** Arguments to result. */
    private interface Body {
        JsonNode apply(JsonNode[] arguments);
    }

    private record Own(String name, int least, int most, Body body) implements Function {

        Own(String name, int arguments, Body body) {
            this(name, arguments, arguments, body);
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public int getMinArguments() {
            return least;
        }

        @Override
        public int getMaxArguments() {
            return most;
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] given) {
            return body.apply(given);
        }
    }

    private static JsonNode time(JsonNode text, ToLongFunction<Instant> unit) {
        try {
            return LongNode.valueOf(unit.applyAsLong(OffsetDateTime.parse(text.asText()).toInstant()));
        } catch (DateTimeException | ArithmeticException e) {
            return NullNode.getInstance();
        }
    }

    private static JsonNode text(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue().isBlank() ? NullNode.getInstance() : value;
        }
        return value.isNumber() ? TextNode.valueOf(value.asText()) : NullNode.getInstance();
    }

    private static JsonNode isoTime(JsonNode value) {
        String told = value.isNumber() || value.isTextual() ? value.asText().strip() : "";
        if (value.isNull() || value.isTextual() && told.isEmpty()) {
            return NullNode.getInstance();
        }
        try {
            if (value.canConvertToLong() && value.isIntegralNumber() && value.longValue() >= 0) {
                long number = value.longValue();
                return TextNode.valueOf(iso(number < SECONDS_ARE_LESS ? number * 1_000 : number));
            }
            if (NUMBER.matcher(told).matches()) {
                BigDecimal number = new BigDecimal(told);
                BigDecimal millis = number.compareTo(BigDecimal.valueOf(SECONDS_ARE_LESS)) < 0 ? number.movePointRight(3)
                        : number;
                return TextNode.valueOf(iso(millis.setScale(0, RoundingMode.HALF_UP).longValueExact()));
            }
            TemporalAccessor read = DATE_TIME.parseBest(told, OffsetDateTime::from, LocalDateTime::from);
            Instant instant = read instanceof OffsetDateTime offset ? offset.toInstant()
                    : ((LocalDateTime) read).toInstant(ZoneOffset.UTC);
            return TextNode.valueOf(iso(instant.toEpochMilli()));
        } catch (DateTimeException | ArithmeticException e) {
            // said without the value, which may be somebody's data
            throw new JsltException("a time is expected: unix seconds or milliseconds, or a date and time");
        }
    }

    private static boolean isTime(JsonNode value) {
        try {
            isoTime(value);
            return true;
        } catch (JsltException e) {
            return false;
        }
    }

    /** As {@code Instant} writes it but with three decimals always; a formatter takes five times as long. */
    private static String iso(long millis) {
        String text = Instant.ofEpochMilli(millis).toString();
        int length = text.length();
        return text.charAt(length - FRACTION) == '.' ? text : text.substring(0, length - 1) + ".000Z";
    }

    /** INITIAL_PURCHASE is shouted, SMS is not. */
    private static String titleCase(String name) {
        boolean isShouted = name.equals(name.toUpperCase(Locale.ROOT));
        return Arrays.stream(WORD_END.split(name)).filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT)
                        + (isShouted && word.length() > ACRONYM ? word.substring(1).toLowerCase(Locale.ROOT) : word.substring(1)))
                .collect(Collectors.joining(" "));
    }

    /** Half of a SHA-256 over the parts, each with its length and kind before it, so that "a","bc" is not "ab","c". */
    private static JsonNode messageId(JsonNode[] parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (JsonNode part : parts) {
                byte[] bytes = (part.isTextual() ? part.textValue() : part.toString()).getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES + 1).putInt(bytes.length)
                        .put((byte) (part.isTextual() ? 1 : 0)).array());
                digest.update(bytes);
            }
            return TextNode.valueOf(HexFormat.of().formatHex(digest.digest(), 0, digest.getDigestLength() / 2));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] bytes(JsonNode text) {
        return text.asText().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
            return TextNode.valueOf(HexFormat.of().formatHex(mac.doFinal(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
