package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A JSLT file of a partner's folder, compiled. It sees the destination's settings as {@code $settings}. */
final class Program {

    private final Expression expression;

    private Program(Expression expression) {
        this.expression = expression;
    }

    /** @throws SettingsException if the file is missing or is no JSLT, with line and column */
    static Program compile(Partner partner, String name) {
        Path file = partner.folder().resolve(name);
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new Program(new Parser(reader).withSource(file.toString())
                    .withFunctions(ProgramFunctions.ALL).compile());
        } catch (JsltException e) {
            throw new SettingsException(new Problem(file.toString(), e.getLine(), e.getColumn(),
                    e.getMessageWithoutLocation(), "mend the mapping"));
        } catch (IOException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read",
                    "the mapping must be a file in the partner's folder"));
        }
    }

    /** The settings as a program sees them. */
    static Map<String, JsonNode> variables(ConfiguredDestination destination) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        destination.settings().forEach(settings::put);
        return Map.of("settings", settings);
    }

    /** @throws JsltException if it fails on this input */
    JsonNode run(Map<String, JsonNode> variables, JsonNode input) {
        try {
            return expression.apply(variables, input);
        } catch (ArithmeticException e) {
            throw new JsltException(String.valueOf(e.getMessage()), e);
        }
    }
}
