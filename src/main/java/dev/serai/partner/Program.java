package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Sources.ConfiguredSource;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSLT file of a partner's folder, compiled: how a payload becomes events, or an event a partner's request. Besides
 * its input it sees {@code $settings}, and on the way in {@code $events}, the table of event names, and {@code $source}.
 */
public final class Program {

    private static final Pattern STOPPED = Pattern.compile(" at line (\\d+), column (\\d+)\\.?");

    private final Expression expression;

    private Program(Expression expression) {
        this.expression = expression;
    }

    /** @throws SettingsException if the file is missing or is no JSLT, with line and column */
    public static Program compile(Partner partner, String name) {
        Path file = partner.folder().resolve(name);
        try {
            return compile(file, new StringReader(partner.text(name)));
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    /** @throws SettingsException if the file is missing or is no JSLT, with line and column */
    public static Program compile(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return compile(file, reader);
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static Program compile(Path file, Reader reader) {
        try {
            return new Program(new Parser(reader).withSource(file.toString())
                    .withFunctions(ProgramFunctions.ALL).compile());
        } catch (JsltException e) {
            throw new SettingsException(problem(file, e));
        }
    }

    private static SettingsException unreadable(Path file) {
        return new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read",
                "the mapping must be a file in the partner's folder"));
    }

    /** The parser says in words where it stopped, and as line and column what it had read before. */
    private static Problem problem(Path file, JsltException e) {
        String message = String.valueOf(e.getMessageWithoutLocation()).lines().findFirst().orElse("no JSLT");
        Matcher stopped = STOPPED.matcher(message);
        return stopped.find()
                ? new Problem(file.toString(), Integer.parseInt(stopped.group(1)), Integer.parseInt(stopped.group(2)),
                        message.substring(0, stopped.start()), "mend the mapping")
                : new Problem(file.toString(), e.getLine(), e.getColumn(), message, "mend the mapping");
    }

    /** What a program for what comes in sees: the source's settings that are no secrets, and the table of event names. */
    public static Map<String, JsonNode> variables(ConfiguredSource source) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        Partner.Source declared = source.partner().source().orElseThrow();
        source.settings().forEach((name, value) -> {
            if (!declared.settings().get(name).secret()) {
                settings.put(name, value);
            }
        });
        ObjectNode events = Json.MAPPER.createObjectNode();
        declared.events().forEach(events::put);
        return Map.of("settings", settings, "events", events, "source", TextNode.valueOf(source.name()));
    }

    /** What a program for events that go out sees. */
    public static Map<String, JsonNode> variables(ConfiguredDestination destination) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        destination.settings().forEach(settings::put);
        return Map.of("settings", settings);
    }

    /** @throws JsltException if it fails on this input, of which it must not cost more than this one */
    public JsonNode run(Map<String, JsonNode> variables, JsonNode input) {
        try {
            return expression.apply(variables, input);
        } catch (ArithmeticException e) {
            throw new JsltException(String.valueOf(e.getMessage()), e);
        } catch (StackOverflowError e) {
            // Java's regular expressions recurse once for each repetition of a group: a text of thousands of dots is enough
            throw new JsltException("a text of the input is too long for the mapping's regular expressions");
        }
    }
}
