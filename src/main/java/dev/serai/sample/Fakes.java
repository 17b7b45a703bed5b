package dev.serai.sample;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Realistic values that are nobody's: the same for the same original, another for another. They are numbered in the order
 * in which they are asked for and nothing of the original goes into them but its form, so nobody can find the original
 * by trying.
 */
final class Fakes {

    private static final List<String> NAMES = List.of("Alex", "Morgan", "Robin", "Taylor", "Charlie", "Jordan", "Casey", "Riley",
            "Jamie", "Avery", "Quinn", "Rowan", "Sidney", "Emery", "Finley", "Harper", "Marlow", "Ellis", "Lennox", "Parker");
    private static final List<String> CITIES = List.of("Springfield", "Riverton", "Fairview", "Lakeside", "Greenville");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}'’]+");
    private static final Pattern PREFIX = Pattern.compile("(?:user|customer|contact|anon|visitor|order|account|member|person|"
            + "client|lead|guest|session|device|profile|subscriber|cus|ch|pi|pm|in|ii|sub|si|acct|card|src|ba|evt|req|tr|po|re|dp|"
            + "txn|tok|cs|seti)[-_](?=.*\\d)");
    private static final Pattern UUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern HEX = Pattern.compile("[0-9a-f-]{8,}|[0-9A-F-]{8,}");
    private static final Pattern ISO_DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(.*)", Pattern.DOTALL);
    private static final Pattern DATE = Pattern.compile("\\d{1,2}([/. -])\\d{1,2}\\1(\\d{4}|\\d{2})");
    private static final int ENOUGH_TRIES = 200;
    private static final int UUID_VERSION_AT = 14;
    private static final int UUID_VARIANT_AT = 19;

    private final Set<String> originals;
    private final Map<String, String> fakes = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Map<Object, Integer> counts = new HashMap<>();

    /** @param originals what no fake may be, in lower case */
    Fakes(Set<String> originals) {
        this.originals = originals;
    }

    /** @param original not blank; a fake is its own fake */
    String of(Personal kind, String original) {
        if (kind == Personal.NAME) {
            return WORD.matcher(original).replaceAll(word -> Matcher.quoteReplacement(inCaseOf(word.group(), name(word.group()))));
        }
        // the same in capitals is the same address
        String known = kind == Personal.EMAIL ? original.toLowerCase(Locale.ROOT) : original;
        String before = used.contains(original) ? original : fakes.get(known);
        if (before != null) {
            return before;
        }
        for (int attempt = 0; ; attempt++) {
            int number = counts.merge(kind, 1, Integer::sum);
            String fake = make(kind, original, number) + (attempt > ENOUGH_TRIES ? String.valueOf(number) : "");
            if (!originals.contains(fake.toLowerCase(Locale.ROOT)) && used.add(fake)) {
                fakes.put(known, fake);
                return fake;
            }
        }
    }

    /** The fake of a word of a name, which has it wherever the word is. */
    private String name(String word) {
        return fakes.computeIfAbsent("name " + word.toLowerCase(Locale.ROOT), key -> {
            while (true) {
                int number = counts.merge("word", 1, Integer::sum);
                String fake = number <= NAMES.size() ? NAMES.get(number - 1) : "Person" + number;
                if (!originals.contains(fake.toLowerCase(Locale.ROOT))) {
                    return fake;
                }
            }
        });
    }

    private static String inCaseOf(String original, String fake) {
        if (original.equals(original.toLowerCase(Locale.ROOT))) {
            return fake.toLowerCase(Locale.ROOT);
        }
        return original.length() > 1 && original.equals(original.toUpperCase(Locale.ROOT)) ? fake.toUpperCase(Locale.ROOT) : fake;
    }

    private String make(Personal kind, String original, int number) {
        return switch (kind) {
            case EMAIL -> "person" + number + "@example.com";
            case PHONE -> phone(original, number);
            case COMPANY -> "Example Company " + number;
            case STREET -> original.matches("\\d+") ? form(original, number) : number + " Example Street";
            case CITY -> number <= CITIES.size() ? CITIES.get(number - 1) : "Springfield " + number;
            case IP -> ip(original, number);
            case BIRTHDAY -> birthday(original, number);
            case COORDINATE -> coordinate(original, number);
            case PICTURE -> "https://example.com/person" + number + ".png";
            case PROSE -> "Sample text " + number + ".";
            default -> form(original, number);
        };
    }

    /** Numbers that are kept for films, 100 in each area. */
    private static String phone(String original, int number) {
        String area = String.valueOf(201 + (number - 1) / 100 % 799);
        String line = String.format(Locale.ROOT, "555%04d", 100 + (number - 1) % 100);
        return original.startsWith("+") ? "+1" + area + line : original.matches("\\d+") ? "1" + area + line
                : area + "-" + line.substring(0, 3) + "-" + line.substring(3);
    }

    /** Networks that are kept for documentation. */
    private static String ip(String original, int number) {
        if (original.contains(":")) {
            return "2001:db8::" + Integer.toHexString(number);
        }
        return List.of("203.0.113.", "198.51.100.", "192.0.2.").get((number - 1) / 254 % 3) + ((number - 1) % 254 + 1);
    }

    private static String birthday(String original, int number) {
        Matcher iso = ISO_DATE.matcher(original);
        Matcher date = DATE.matcher(original);
        int year = 1970 + number % 30;
        if (iso.matches()) {
            return year + "-01-" + String.format(Locale.ROOT, "%02d", number % 28 + 1) + iso.group(1);
        }
        if (date.matches()) {
            return "01" + date.group(1) + "01" + date.group(1) + (date.group(2).length() == 4 ? year : year % 100);
        }
        return original.matches("(19|20)\\d\\d") ? String.valueOf(year) : form(original, number);
    }

    private static String coordinate(String original, int number) {
        try {
            BigDecimal like = new BigDecimal(original);
            return new BigDecimal(10 + number % 60).add(new BigDecimal("0.123456789"))
                    .setScale(Math.max(0, Math.min(like.scale(), 9)), RoundingMode.DOWN).toPlainString();
        } catch (NumberFormatException e) {
            return form(original, number);
        }
    }

    /** Other digits and letters in the same places; what says of which kind an identifier is stays. */
    private static String form(String original, int number) {
        // seeded by the number alone: the form is all that the fake has of the original
        Random random = new Random(number * 7_919L);
        boolean isUuid = UUID.matcher(original).matches();
        boolean isHex = isUuid || HEX.matcher(original).matches() && !original.matches("[0-9-]+");
        Matcher prefix = PREFIX.matcher(original);
        int from = !isHex && prefix.lookingAt() ? prefix.end() : 0;
        StringBuilder fake = new StringBuilder(original.substring(0, from));
        for (int at = from; at < original.length(); ) {
            int character = original.codePointAt(at);
            if (isUuid && (at == UUID_VERSION_AT || at == UUID_VARIANT_AT)) {
                fake.appendCodePoint(character);
            } else if (isHex && Character.isLetterOrDigit(character)) {
                String digit = Integer.toHexString(random.nextInt(16));
                fake.append(Character.isUpperCase(character) || original.equals(original.toUpperCase(Locale.ROOT))
                        ? digit.toUpperCase(Locale.ROOT) : digit);
            } else if (Character.isDigit(character)) {
                fake.append(at == from ? 1 + random.nextInt(9) : random.nextInt(10));
            } else if (Character.isLetter(character)) {
                char letter = (char) ('a' + random.nextInt(26));
                fake.append(Character.isUpperCase(character) ? Character.toUpperCase(letter) : letter);
            } else {
                fake.appendCodePoint(character);
            }
            at += Character.charCount(character);
        }
        return fake.toString();
    }
}
