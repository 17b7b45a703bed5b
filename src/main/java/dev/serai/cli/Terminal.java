package dev.serai.cli;

import picocli.CommandLine.Help.Ansi;

/**
 * Text for a terminal. What comes from events was written by strangers: a control sequence in it could recolour,
 * overwrite or retitle the terminal, and marks that turn the direction of writing could make it read as something
 * else. Such characters are shown as JSON writes them, {@code \u001b}, so that JSON stays JSON.
 *
 * @param coloured whether it is a terminal that shows colours
 */
record Terminal(boolean coloured) {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    static Terminal of(Ansi ansi) {
        return new Terminal(ansi.enabled());
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String cyan(String text) {
        return paint("36", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** The text with everything made visible that a terminal would act on. */
    static String visible(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length();) {
            int character = text.codePointAt(i);
            int next = i + Character.charCount(character);
            if (isActedOn(character)) {
                if (out == null) {
                    out = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                for (int unit = i; unit < next; unit++) {
                    out.append(String.format("\\u%04x", (int) text.charAt(unit)));
                }
            } else if (out != null) {
                out.appendCodePoint(character);
            }
            i = next;
        }
        return out == null ? text : out.toString();
    }

    /** The text made visible and cut to so many characters, with an ellipsis where it went on. */
    static String cut(String text, int characters) {
        // twice as many units hold that many characters; the rest of a long text need not be looked at
        String head = text.length() > 2 * characters ? text.substring(0, 2 * characters) : text;
        if (head.codePointCount(0, head.length()) <= characters && head.length() == text.length()) {
            return visible(text);
        }
        int end = head.offsetByCodePoints(0, Math.min(characters - 1, head.codePointCount(0, head.length())));
        return visible(head.substring(0, end)) + "\u2026";
    }

    private static boolean isActedOn(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character != '\t';
            case Character.FORMAT -> character != ZERO_WIDTH_JOINER && character != ZERO_WIDTH_NON_JOINER;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }
}
