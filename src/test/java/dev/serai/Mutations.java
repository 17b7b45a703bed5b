package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.serai.model.Json;
import dev.serai.sample.HttpFile.Header;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Payloads gone wrong, as partners, proxies and attackers send them. All comes from one number: the same number makes
 * the same payload, so that a failure can be looked at again.
 *
 * <p>Hazard: what {@link #json} and {@link #text} make is well-formed but for {@link #NO_UTF8}; the rest is anything.
 */
final class Mutations {

    /** Stands in a text for bytes that are no UTF-8; {@link #bytesOf} puts them there. */
    static final String NO_UTF8 = "\uE0FF";

    private static final byte[] MARK = NO_UTF8.getBytes(StandardCharsets.UTF_8);
    private static final byte[][] BROKEN = {{(byte) 0xFF}, {(byte) 0xC3, '('}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF8, (byte) 0x88}, {(byte) 0xC0, (byte) 0xAF}, {(byte) 0x80}};
    private static final String[] NUMBERS = {"0", "-0", "-1", "0.1", "1e400", "-1e400", "1e-400", "1e999999999", "1e-999999999",
            "1e99999999999", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
            "253402300800", "99999999999999", "1795507200.123456789", "12345678901234567890.123456789"};
    private static final String[] TEXTS = {"", " ", "\u0000", "a\u0000b", "\u001f\u007f\u0085", "\r\n\r\n", "\u2028\u2029",
            "\u202Eabc", "\uD83D\uDE00", "\uFFFF", "\uD800", "x\uDC00", "\"\\\"", "null", "true", "NaN", "-1", "1e9", "0x10",
            "2026-02-30T25:61:61Z", "+999999999-12-31T23:59:59Z", "9999999999999999999", "${header.x}", "{{x}}", "%00",
            "../../etc/passwd", "<script>", "[]", "{}", "Infinity", "\u0661\u0662", ".", "..", "a.b.c", "$", "^(a+)+$"};
    private static final String[] NAMES = {"", " ", "\u0000", "$ref", "__proto__", "a.b", "a[b]", "\"", "\\", "\uD800", 
            "\uD83D\uDE00", "type", "id", "event", "userId", "messageId", "timestamp", "context", "properties", "traits", "batch", "source",
            "integrations", "unplanned", "value"};
    private static final String[] TYPES = {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "application/json; charset=utf-16", ";;;", "application/xml", "application/cloudevents-batch+json", "*/*", "json"};
    private static final String[] VALUES = {"", ",", " , ", "-1", "NaN", "9999999999999999999999", "2026-13-45T99:99:99Z", "Bearer",
            "Basic", "Basic !!!", "Basic Og==", "Bearer a b", "v0=", "sha256=", "sha256=zz", "sha1=00 sha1=11", "t=,v1=", "[]",
            "%", "${body}", "gzip", "1795514390"};
    private static final String[] OTHERS = {"CamelHttpResponseCode", "kafka.OVERRIDE_TOPIC", "X-Forwarded-Host", "X-Forwarded-For",
            "Accept", "Cookie", "X-HTTP-Method-Override"};
    private static final String[] ENCODINGS = {"gzip", "deflate", "br", ""};
    private static final String[] PARTS = {"x", ".", " ", "aB", "\u00e4", "\uD83D\uDE00", "0", "\"", "\n", "a."};
    private static final byte[][] SIGNS = {{0}, {'"'}, {'}'}, {'['}, {','}, {'\\'}, {'\n'}, {'&'}, {'%'}, {'#', '#', '#'},
            {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}};
    private static final String[] FORM_PARTS = {"%", "%zz", "%u0041", "%ff%fe", "%00", "+", "%E2%82", "[", "]", "[]", "[[", "][",
            "[a]", "[a][b]", "[a]x[b]", "=", "==", "&", "&&", ";", "\u00e4", "%5B", "%5Bid%5D", "."};

    private final Random random;

    Mutations(long number) {
        // seeds beside each other begin alike without it
        this.random = new Random(number * 0x9E3779B97F4A7C15L);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private record Place(JsonNode in, String name, int index) {

        JsonNode value() {
            return in instanceof ArrayNode array ? array.get(index) : in.get(name);
        }

        void set(JsonNode value) {
            if (in instanceof ArrayNode array) {
                array.set(index, value);
            } else {
                ((ObjectNode) in).set(name, value);
            }
        }

        void remove() {
            if (in instanceof ArrayNode array) {
                array.remove(index);
            } else {
                ((ObjectNode) in).remove(name);
            }
        }
    }

    /** One to three changes at places of the tree; the whole may be one of them. */
    JsonNode json(JsonNode good) {
        ArrayNode whole = Json.MAPPER.createArrayNode().add(good.deepCopy());
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            List<Place> places = new ArrayList<>();
            places(whole, places);
            if (places.isEmpty()) {
                break;
            }
            // the whole is one place of many, and not often worth it
            Place place = places.size() > 1 && !oneIn(10) ? places.get(1 + random.nextInt(places.size() - 1)) : places.get(0);
            change(place, places);
            if (whole.isEmpty()) {
                whole.addNull();
            }
        }
        return whole.get(0);
    }

    /** What was written as text may be a name that comes twice, and stays where it is. */
    private static void places(JsonNode in, List<Place> places) {
        if (in instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isPojo()) {
                    continue;
                }
                places.add(new Place(array, null, i));
                places(array.get(i), places);
            }
        } else {
            for (Iterator<Map.Entry<String, JsonNode>> fields = in.fields(); fields.hasNext();) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (field.getValue().isPojo()) {
                    continue;
                }
                places.add(new Place(in, field.getKey(), 0));
                places(field.getValue(), places);
            }
        }
    }

    private void change(Place place, List<Place> places) {
        JsonNode value = place.value();
        switch (random.nextInt(14)) {
            case 0, 1 -> place.remove();
            case 2 -> duplicate(place, one(places).value());
            case 3, 4 -> place.set(retyped(value));
            case 5 -> place.set(NullNode.getInstance());
            case 6 -> place.set(nested(value));
            case 7 -> place.set(raw(number()));
            case 8 -> place.set(TextNode.valueOf(one(TEXTS)));
            case 9 -> place.set(TextNode.valueOf(spoilt(value)));
            case 10 -> place.set(TextNode.valueOf(longText(value.asText())));
            case 11 -> rename(place);
            case 12 -> place.set(value.isArray() ? Json.MAPPER.createObjectNode().set("0", value.path(0))
                    : Json.MAPPER.createArrayNode().add(value));
            default -> place.set(one(places).value().deepCopy());
        }
    }

    /** Of an object the name comes twice. */
    private void duplicate(Place place, JsonNode other) {
        if (place.in() instanceof ArrayNode array) {
            array.insert(random.nextInt(array.size() + 1), place.value().deepCopy());
        } else {
            place.set(raw(text(other) + "," + text(TextNode.valueOf(place.name())) + ":" + text(place.value())));
        }
    }

    private static JsonNode raw(String json) {
        return new POJONode(new RawValue(json));
    }

    private JsonNode retyped(JsonNode value) {
        return switch (random.nextInt(6)) {
            case 0 -> TextNode.valueOf(value.isValueNode() ? value.asText() : text(value));
            case 1 -> value.isTextual() && value.asText().matches("\\d{1,18}") ? LongNode.valueOf(Long.parseLong(value.asText()))
                    : LongNode.valueOf(random.nextInt());
            case 2 -> BooleanNode.valueOf(random.nextBoolean());
            case 3 -> Json.MAPPER.createObjectNode();
            case 4 -> Json.MAPPER.createArrayNode();
            default -> Json.MAPPER.createObjectNode().set("value", value);
        };
    }

    /** As text, for a tree of many levels cannot be written by recursion. */
    private JsonNode nested(JsonNode value) {
        int levels = new int[] {2, 20, 97, 98, 99, 100, 101, 300, 9_000}[random.nextInt(9)];
        boolean arrays = random.nextBoolean();
        return raw((arrays ? "[" : "{\"a\":").repeat(levels) + text(value) + (arrays ? "]" : "}").repeat(levels));
    }

    private String number() {
        return switch (random.nextInt(8)) {
            case 0 -> "9".repeat(400);
            case 1 -> "0." + "3".repeat(2_000);
            case 2 -> "7".repeat(70_000);
            default -> one(NUMBERS);
        };
    }

    private String spoilt(JsonNode value) {
        String text = value.asText();
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + (oneIn(3) ? NO_UTF8 : one(TEXTS)) + text.substring(oneIn(2) ? at : text.length());
    }

    private String longText(String text) {
        int length = new int[] {101, 300, 5_000, 33_000, 60_000, 120_000}[random.nextInt(6)];
        String part = text.isEmpty() || oneIn(3) ? one(PARTS) : text;
        return part.repeat(length / part.length() + 1).substring(0, length);
    }

    private void rename(Place place) {
        if (place.in() instanceof ObjectNode object) {
            String name = switch (random.nextInt(6)) {
                case 0 -> place.name().toUpperCase(java.util.Locale.ROOT);
                case 1 -> place.name() + " ";
                case 2 -> longText(place.name());
                default -> one(NAMES);
            };
            object.set(name, object.remove(place.name()));
        } else {
            place.remove();
        }
    }

    /** The tree as JSON, half of the time with everything escaped that is not ASCII. */
    String text(JsonNode tree) {
        try {
            return (random.nextBoolean() ? Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII) : Json.MAPPER.writer())
                    .writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** A text that ends too early. */
    String cut(String text) {
        return text.substring(0, 1 + random.nextInt(text.length() - 1));
    }

    /** UTF-8, but for {@link #NO_UTF8}. */
    byte[] bytesOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!text.contains(NO_UTF8)) {
            return bytes;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            if (Arrays.equals(bytes, i, Math.min(bytes.length, i + MARK.length), MARK, 0, MARK.length)) {
                out.writeBytes(one(BROKEN));
                i += MARK.length - 1;
            } else {
                out.write(bytes[i]);
            }
        }
        return out.toByteArray();
    }

    /** One to four changes that know nothing of what the bytes are. */
    byte[] bytes(byte[] good) {
        byte[] bytes = good;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length + 1);
            int to = at + random.nextInt(Math.min(40, bytes.length - at) + 1);
            bytes = switch (random.nextInt(8)) {
                case 0 -> joined(Arrays.copyOf(bytes, at));
                case 1 -> joined(Arrays.copyOf(bytes, at), one(BROKEN), Arrays.copyOfRange(bytes, at, bytes.length));
                case 2 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
                case 3 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
                case 4 -> joined(Arrays.copyOf(bytes, at), one(SIGNS), Arrays.copyOfRange(bytes, at, bytes.length));
                default -> {
                    byte[] flipped = bytes.clone();
                    if (at < flipped.length) {
                        flipped[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    yield flipped;
                }
            };
        }
        return oneIn(40) ? new String(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16) : bytes;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The pairs of a form that lost their order, their encoding, their brackets. */
    byte[] form(byte[] good) {
        List<String> pairs = new ArrayList<>(List.of(new String(good, StandardCharsets.UTF_8).split("&")));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(pairs.size());
            String pair = pairs.get(at);
            switch (random.nextInt(8)) {
                case 0 -> pairs.set(at, "");
                case 1 -> pairs.add(random.nextInt(pairs.size() + 1), pair);
                case 2 -> pairs.set(at, pair.replaceFirst("=.*", ""));
                case 3 -> pairs.set(at, pair.replaceFirst("=.*", "=" + one(FORM_PARTS).repeat(1 + random.nextInt(40))));
                case 4 -> pairs.set(at, pair.replaceFirst("=", "[a]".repeat(1 + random.nextInt(40)) + "="));
                case 5 -> pairs.set(at, pair.replaceFirst("=.*", "=" + "x".repeat(40_000)));
                default -> {
                    int in = random.nextInt(pair.length() + 1);
                    pairs.set(at, pair.substring(0, in) + one(FORM_PARTS) + pair.substring(in));
                }
            }
        }
        return pairs.stream().collect(Collectors.joining("&")).getBytes(StandardCharsets.UTF_8);
    }

    /** One to three headers that are missing, another, twice, long or wrong. */
    List<Header> headers(List<Header> good) {
        List<Header> headers = new ArrayList<>(good);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = headers.isEmpty() ? 0 : random.nextInt(headers.size());
            Header header = headers.isEmpty() ? new Header("X-Any", "any") : headers.get(at);
            if (!headers.isEmpty()) {
                headers.remove(at);
            }
            switch (random.nextInt(9)) {
                case 0 -> { }
                case 1 -> headers.addAll(List.of(header, header));
                case 2 -> headers.add(new Header(header.name(), header.value().repeat(1 + 300 / (header.value().length() + 1))));
                case 3 -> headers.add(new Header(header.name(), "x".repeat(oneIn(3) ? 20_000 : 7_000)));
                case 4 -> headers.addAll(List.of(header, new Header("Content-Encoding", one(ENCODINGS))));
                case 5 -> headers.addAll(List.of(header, new Header("Authorization", one(VALUES))));
                case 6 -> {
                    headers.add(header);
                    headers.removeIf(one -> one.name().equalsIgnoreCase("Content-Type"));
                    headers.add(new Header("Content-Type", one(TYPES)));
                }
                case 7 -> headers.addAll(List.of(header, new Header(one(OTHERS), one(VALUES))));
                default -> headers.add(new Header(header.name(), one(VALUES)));
            }
        }
        return headers;
    }
}
