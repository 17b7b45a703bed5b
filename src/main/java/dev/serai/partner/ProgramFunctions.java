package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToLongFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What partners' mappings need and JSLT does not have:
 * <ul>
 * <li>{@code epoch-millis("2026-11-24T10:00:00.000Z")}, {@code epoch-seconds(...)}: a whole number; null for what is no time
 * <li>{@code base64("user:password")}, {@code url-encode("a value of a form")}
 * <li>{@code hmac-sha256-hex("key", "text")}
 * </ul>
 */
final class ProgramFunctions {

    static final Collection<Function> ALL = List.of(
            new Own("epoch-millis", 1, arguments -> time(arguments[0], Instant::toEpochMilli)),
            new Own("epoch-seconds", 1, arguments -> time(arguments[0], Instant::getEpochSecond)),
            new Own("base64", 1, arguments -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes(arguments[0])))),
            new Own("url-encode", 1, arguments -> TextNode.valueOf(
                    URLEncoder.encode(arguments[0].asText(), StandardCharsets.UTF_8))),
            new Own("hmac-sha256-hex", 2, arguments -> hmac(bytes(arguments[0]), bytes(arguments[1]))));

    private static final String HMAC = "HmacSHA256";

    private ProgramFunctions() {
    }

    /** Arguments to result. */
    private interface Body {
        JsonNode apply(JsonNode[] arguments);
    }

    private record Own(String name, int arguments, Body body)
            implements Function {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public int getMinArguments() {
            return arguments;
        }

        @Override
        public int getMaxArguments() {
            return arguments;
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
