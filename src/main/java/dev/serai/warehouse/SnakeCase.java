package dev.serai.warehouse;

/**
 * Segment's snake_case, the rule of its tables and columns (go-snakecase): ASCII letters and digits are kept, all
 * else separates; a word is a run of upper-case letters and digits followed by a run of lower-case letters and
 * digits, so that an acronym sticks to the next word ({@code CString} is {@code cstring}).
 *
 * <p>Hazards: what starts in snake case is kept as it stands, a leading underscore included; a name without a single
 * ASCII letter or digit vanishes. {@link Names} takes care of both.
 */
public final class SnakeCase {

    private SnakeCase() {
    }

    /** The name in snake case; empty when nothing of it is left. */
    public static String of(String name) {
        int kept = keptPrefix(name);
        if (kept == name.length()) {
            return name;
        }
        kept = withoutOpenDigits(name, kept);
        StringBuilder snake = new StringBuilder(name.length() + 8).append(name, 0, kept);
        int at = kept;
        while (at < name.length()) {
            if (!isAlphanumeric(name.charAt(at))) {
                at++;
                continue;
            }
            if (!snake.isEmpty()) {
                snake.append('_');
            }
            for (; at < name.length() && (isUpper(name.charAt(at)) || isDigit(name.charAt(at))); at++) {
                snake.append(toLower(name.charAt(at)));
            }
            for (; at < name.length() && (isLower(name.charAt(at)) || isDigit(name.charAt(at))); at++) {
                snake.append(name.charAt(at));
            }
        }
        return snake.toString();
    }

    private static int keptPrefix(String name) {
        int at = 0;
        while (at < name.length()) {
            char c = name.charAt(at);
            boolean joins = c == '_' && at < name.length() - 1
                    && (isLower(name.charAt(at + 1)) || isDigit(name.charAt(at + 1)));
            if (!isLower(c) && !isDigit(c) && !joins) {
                break;
            }
            at++;
        }
        return at;
    }

    /** Digits that begin a word belong to the upper-case letters after them (2FA); after lower case they end theirs. */
    private static int withoutOpenDigits(String name, int kept) {
        int digits = kept;
        while (digits > 0 && isDigit(name.charAt(digits - 1))) {
            digits--;
        }
        if (digits == 0) {
            return 0;
        }
        return name.charAt(digits - 1) == '_' ? digits - 1 : kept;
    }

    private static boolean isAlphanumeric(char c) {
        return isLower(c) || isUpper(c) || isDigit(c);
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static char toLower(char c) {
        return isUpper(c) ? (char) (c + ('a' - 'A')) : c;
    }
}
