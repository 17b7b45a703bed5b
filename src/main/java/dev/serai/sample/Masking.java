package dev.serai.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a sample of what was somebody's: personal values become fakes, the same value the same fake wherever it is in the file,
 * also inside other texts; keys, structure, types, names of events, times, amounts and goods stay. A value is personal by its
 * key ({@link PersonalKeys}), or by its form: addresses of e-mail, telephone numbers, IP addresses, UUIDs, numbers of cards.
 *
 * <p>Everything is walked twice with the same code: first to know what is personal, then to replace it. Hazard: a name in
 * running text that no key tells anywhere in the file cannot be known for one; whoever saves a sample must read it.
 */
public final class Masking {

    private static final Pattern EMAIL = Pattern.compile(
            "(?i)[\\p{L}\\p{N}._+-]+(?:%2B[\\p{L}\\p{N}._-]+)?(?:@|%40)[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+");
    private static final Pattern TELEPHONE = Pattern.compile("(?<![\\p{L}\\p{N}+])\\+\\d[\\d ()./-]{6,}\\d(?![\\p{L}\\p{N}])");
    /** Not what follows a slash or a letter, as versions of browsers do. */
    private static final Pattern IPV4 = Pattern.compile("(?<![\\w.-])(?<![^/]/)(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}"
            + "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\w-]|\\.\\d)");
    private static final Pattern IPV6 = Pattern.compile("(?i)(?<![\\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
            + "|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|(?:[0-9a-f]{1,4}:){2,6}:)(?![\\w:])");
    private static final Pattern UUID = Pattern.compile("(?i)(?<![\\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\\w-])");
    private static final Pattern HASH = Pattern.compile("(?i)(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})");
    private static final Pattern CARD = Pattern.compile("(?<!\\d)\\d(?:[ -]?\\d){14,18}(?!\\d)");
    private static final Pattern PARAMETER = Pattern.compile("([?&]|^)([^=&?#\\s]+)=([^&#\\s]*)");
    private static final Pattern OBJECT_ID = Pattern.compile("[a-z]{2,8}_(?=\\w*\\d)\\w{6,}");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"(\\s*:\\s*)(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\d+))");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}'’]+");

    /** Members of the envelopes that are names of things: they stay, unless an address or a number is in them. */
    private static final Set<String> ENVELOPE = Set.of("event", "type", "source", "collection", "version", "channel");
    private static final Set<String> CARRIES_VERSIONS = Set.of("version", "versions", "agent", "useragent", "build");

    private final Map<String, Personal> known = new LinkedHashMap<>();
    private Fakes fakes;
    private Pattern knownInside;
    private final Set<String> replaced = new HashSet<>();

    /** @return a new tree */
    public JsonNode mask(JsonNode tree) {
        walk(tree, new ArrayList<>(), false);
        begin();
        return walk(tree, new ArrayList<>(), false);
    }

    /** Of what is no JSON, or broken JSON: by form, and by key where a key and its value stand in quotes or in a form. */
    public String mask(String text) {
        lines(text);
        begin();
        return lines(text);
    }

    /** How many different values were replaced. */
    public int count() {
        return replaced.size();
    }

    private void begin() {
        Set<String> originals = new HashSet<>();
        Map<String, Personal> inside = new HashMap<>();
        known.forEach((value, kind) -> {
            originals.add(value.toLowerCase(Locale.ROOT));
            if (isTelling(value, kind)) {
                inside.put(value, kind);
            }
            if (kind == Personal.NAME) {
                WORD.matcher(value).results().map(word -> word.group()).forEach(word -> {
                    originals.add(word.toLowerCase(Locale.ROOT));
                    if (isTelling(word, kind)) {
                        inside.putIfAbsent(word, kind);
                    }
                });
            }
        });
        fakes = new Fakes(originals);
        known.putAll(inside);
        knownInside = inside.isEmpty() ? null : Pattern.compile("(?iu)(?<![\\p{L}\\p{N}])(?:" + inside.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .map(value -> Pattern.quote(value) + (encoded(value).equals(value) ? "" : "|" + Pattern.quote(encoded(value))))
                .reduce((one, other) -> one + "|" + other).orElseThrow() + ")(?![\\p{L}\\p{N}])");
    }

    /** Whether the value is long enough that it is this one when it is met in another text. */
    private static boolean isTelling(String value, Personal kind) {
        return switch (kind) {
            case NAME -> value.length() > 2;
            case EMAIL, PHONE, IP -> true;
            case ID, POSTCODE -> value.length() > 3 && value.chars().anyMatch(Character::isDigit);
            case STREET, CITY, COMPANY, BIRTHDAY -> value.length() > 3;
            case COORDINATE -> value.length() > 5;
            case PICTURE, PROSE -> false;
        };
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private JsonNode walk(JsonNode node, List<String> path, boolean isOfAPerson) {
        if (node instanceof ObjectNode object) {
            boolean tellsAPerson = tellsAPerson(object);
            ObjectNode masked = Json.MAPPER.createObjectNode();
            object.fields().forEachRemaining(field -> {
                path.add(field.getKey());
                masked.set(key(field.getKey()), walk(field.getValue(), path, tellsAPerson));
                path.remove(path.size() - 1);
            });
            return masked;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode masked = Json.MAPPER.createArrayNode();
            array.forEach(one -> masked.add(walk(one, path, isOfAPerson)));
            return masked;
        }
        if (node.isTextual() && !node.textValue().isBlank()) {
            return TextNode.valueOf(path.isEmpty() ? inside(node.textValue(), true, false, false) : text(node.textValue(), path, isOfAPerson));
        }
        return node.isNumber() && !path.isEmpty() ? number(node, path, isOfAPerson) : node;
    }

    private static boolean tellsAPerson(ObjectNode object) {
        for (var fields = object.fields(); fields.hasNext();) {
            Map.Entry<String, JsonNode> field = fields.next();
            String joined = String.join("", PersonalKeys.wordsOf(field.getKey()));
            if (field.getValue().isValueNode() && (joined.endsWith("email") || joined.endsWith("phone") || joined.equals("mobile")
                    || joined.equals("firstname") || joined.equals("lastname"))) {
                return true;
            }
        }
        return false;
    }

    /** Keys stay, but for those that are somebody's address. */
    private String key(String key) {
        return replace(EMAIL, key, found -> fake(Personal.EMAIL, found));
    }

    private String text(String text, List<String> path, boolean isOfAPerson) {
        String key = path.get(path.size() - 1);
        if (path.size() == 1 && ENVELOPE.contains(key)) {
            return inside(text, !key.equals("version"), true, true);
        }
        boolean isOfThing = PersonalKeys.isOfThing(path, isOfAPerson);
        Optional<Personal> kind = PersonalKeys.of(path, isOfAPerson);
        if (kind.isEmpty() && PersonalKeys.isPerson(key)) {
            kind = Optional.of(text.contains(" ") ? Personal.NAME : Personal.ID);
        }
        if (kind.isPresent() && !(kind.get() == Personal.PROSE && text.startsWith("?"))) {
            return whole(kind.get(), text);
        }
        if (path.size() == 1 && key.equals("parent") && text.contains("/")) {
            int slash = text.indexOf('/') + 1;
            return text.substring(0, slash) + fake(Personal.ID, text.substring(slash));
        }
        if (!isOfThing && (OBJECT_ID.matcher(text).matches() || HASH.matcher(text).matches())) {
            return fake(Personal.ID, text);
        }
        return inside(text, !CARRIES_VERSIONS.contains(key.toLowerCase(Locale.ROOT)) && PersonalKeys.wordsOf(key).stream()
                .noneMatch(CARRIES_VERSIONS::contains), isOfThing, PersonalKeys.isTitleOfThing(path, isOfAPerson));
    }

    private String whole(Personal kind, String text) {
        if (kind == Personal.NAME || kind == Personal.ID || kind == Personal.STREET) {
            Matcher email = EMAIL.matcher(text);
            if (email.matches()) {
                return fake(Personal.EMAIL, text);
            }
            // Ada <ada@example.com>
            if (email.find(0)) {
                return (email.start() > 0 ? fake(Personal.NAME, text.substring(0, email.start())) : "")
                        + fake(Personal.EMAIL, email.group()) + text.substring(email.end());
            }
        }
        return fake(kind, text);
    }

    private JsonNode number(JsonNode node, List<String> path, boolean isOfAPerson) {
        String digits = node.asText();
        Optional<Personal> kind = PersonalKeys.of(path, isOfAPerson);
        if (kind.isEmpty() && PersonalKeys.isPerson(path.get(path.size() - 1)) && node.isIntegralNumber()) {
            kind = Optional.of(Personal.ID);
        }
        Optional<Personal> meant = kind.map(one -> one == Personal.NAME ? Personal.ID : one);
        boolean isMasked = meant.isPresent() && switch (meant.get()) {
            case COORDINATE -> true;
            case ID, PHONE, POSTCODE, BIRTHDAY, STREET -> node.isIntegralNumber();
            default -> false;
        };
        if (!isMasked && !(node.isIntegralNumber() && digits.length() > 4 && !PersonalKeys.isOfThing(path, isOfAPerson)
                && known.get(digits) == Personal.ID)) {
            return node;
        }
        String fake = fake(isMasked ? meant.get() : Personal.ID, digits);
        try {
            return Json.MAPPER.readTree(fake);
        } catch (JsonProcessingException e) {
            return node;
        }
    }

    /** A text that is nobody's as a whole, but may hold something that is. */
    private String inside(String text, boolean mayHoldIps, boolean isOfThing, boolean isTitleOfThing) {
        String masked = text;
        if (text.contains("=") && (text.contains("?") || text.contains("&"))) {
            masked = PARAMETER.matcher(masked).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + found.group(2) + "="
                    + parameter(found.group(2), found.group(3))));
        }
        masked = replace(EMAIL, masked, this::address);
        masked = replace(TELEPHONE, masked, found -> fake(Personal.PHONE, found));
        masked = replace(CARD, masked, found -> isCard(found) ? fake(Personal.ID, found) : found);
        if (!isOfThing) {
            masked = replace(UUID, masked, found -> fake(Personal.ID, found));
        }
        if (mayHoldIps) {
            masked = replace(IPV4, masked, found -> fake(Personal.IP, found));
            masked = replace(IPV6, masked, found -> fake(Personal.IP, found));
        }
        return fakes == null || knownInside == null ? masked : replace(knownInside, masked, found -> knownInside(found, isTitleOfThing));
    }

    /** An address as it is written in a URL stays one. */
    private String address(String found) {
        return found.contains("%40") ? fake(Personal.EMAIL, found.replace("%40", "@").replaceAll("(?i)%2b", "+")).replace("@", "%40")
                : fake(Personal.EMAIL, found);
    }

    private String knownInside(String found, boolean isTitleOfThing) {
        String plain = known.containsKey(found) ? found : known.keySet().stream()
                .filter(value -> value.equalsIgnoreCase(found) || encoded(value).equalsIgnoreCase(found)).findFirst().orElse(found);
        Personal kind = known.get(plain);
        if (kind == null || isTitleOfThing && (kind == Personal.NAME || kind == Personal.CITY || kind == Personal.COMPANY)) {
            return found;
        }
        String fake = fakes.of(kind, kind == Personal.NAME ? found : plain);
        return encoded(plain).equals(plain) || !encoded(plain).equalsIgnoreCase(found) ? fake : encoded(fake);
    }

    private String parameter(String key, String value) {
        try {
            String plain = URLDecoder.decode(value, StandardCharsets.UTF_8);
            if (plain.isBlank()) {
                return value;
            }
            String masked = text(plain, List.of("query", URLDecoder.decode(key, StandardCharsets.UTF_8)), false);
            return masked.equals(plain) ? value : encoded(masked);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    private String lines(String text) {
        String masked = QUOTED.matcher(text).replaceAll(found -> {
            String value = found.group(3) != null ? found.group(3) : found.group(4);
            if (value.isBlank()) {
                return Matcher.quoteReplacement(found.group());
            }
            String quote = found.group(3) != null ? "\"" : "";
            List<String> path = List.of("body", found.group(1));
            String shown = quote.isEmpty() && PersonalKeys.of(path, false).isEmpty() ? value : text(value, path, false);
            return Matcher.quoteReplacement("\"" + key(found.group(1)) + "\"" + found.group(2) + quote + shown + quote);
        });
        if (!text.contains("\"")) {
            masked = PARAMETER.matcher(masked).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + found.group(2) + "="
                    + parameter(found.group(2), found.group(3))));
        }
        return inside(masked, true, false, false);
    }

    /** First it is only noted, and stays. */
    private String fake(Personal kind, String original) {
        if (fakes == null) {
            known.putIfAbsent(original, kind);
            return original;
        }
        replaced.add(original);
        return fakes.of(known.getOrDefault(original, kind), original);
    }

    private static String replace(Pattern pattern, String text, UnaryOperator<String> by) {
        return pattern.matcher(text).replaceAll(found -> Matcher.quoteReplacement(by.apply(found.group())));
    }

    /** By its check digit. */
    private static boolean isCard(String text) {
        String digits = text.replaceAll("\\D", "");
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int twice = digit * 2;
            sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
        }
        return sum % 10 == 0;
    }
}
