package dev.serai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a new partner's folder. {@code @word@} stands for a value. A line {@code #? word} begins what is only there
 * for that word, up to the next such line; {@code #?} alone begins what is always there.
 */
final class Template {

    private static final Pattern VALUE = Pattern.compile("@([a-zA-Z]+)@");
    private static final String ONLY = "#?";

    private final String text;

    private Template(String text) {
        this.text = text;
    }

    /** @param name a resource under {@code /new} */
    static Template of(String name) {
        try (InputStream in = Objects.requireNonNull(Template.class.getResourceAsStream("/new/" + name), name)) {
            return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalStateException if it names a value that is not given */
    String fill(Set<String> words, Map<String, String> values) {
        StringBuilder kept = new StringBuilder();
        boolean isKept = true;
        for (String line : text.lines().toList()) {
            if (line.startsWith(ONLY)) {
                String word = line.substring(ONLY.length()).strip();
                isKept = word.isEmpty() || words.contains(word);
            } else if (isKept) {
                kept.append(line).append('\n');
            }
        }
        return VALUE.matcher(kept).replaceAll(found -> {
            String value = values.get(found.group(1));
            if (value == null) {
                throw new IllegalStateException("a template names " + found.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
