package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.util.URISupport;

/**
 * A routing file as a tree that can be drawn: its choices, filters and destinations, and everything else as a step with a
 * label. It is read as YAML and not as Camel has built it, so that a file is shown as it was written.
 *
 * <p>Steps that hold others (a split, a try) are followed by those, since they may send to destinations. The step to all
 * destinations becomes one for each that is on, marked {@code all}.
 */
final class RoutingTree {

    private static final int LABEL = 160;
    private static final List<String> LANGUAGES = List.of("simple", "jq", "jsonpath", "jslt", "constant", "header", "groovy", "xpath",
            "tokenize", "method", "exchangeProperty", "variable", "csimple", "js", "python", "language");
    private static final String ONE = "kamelet:destination-sink";
    private static final String ALL = "kamelet:destinations-sink";

    private final Destinations destinations;

    RoutingTree(Destinations destinations) {
        this.destinations = destinations;
    }

    /** @param file a YAML file of Camel's */
    ArrayNode routes(JsonNode file) {
        ArrayNode routes = Json.MAPPER.createArrayNode();
        for (JsonNode entry : file) {
            JsonNode route = entry.has("route") ? entry.path("route") : entry;
            JsonNode from = route.path("from");
            if (!from.isMissingNode()) {
                ObjectNode one = routes.addObject().put("id", route.path("id").asText(""))
                        .put("description", route.path("description").asText("")).put("from", uri(from));
                steps(from.has("steps") ? from.path("steps") : route.path("steps"), one.putArray("steps"));
            }
        }
        return routes;
    }

    private void steps(JsonNode written, ArrayNode into) {
        for (JsonNode entry : written) {
            if (entry.isTextual()) {
                step(entry.textValue(), Json.MAPPER.createObjectNode(), into);
            }
            entry.fields().forEachRemaining(step -> step(camelCase(step.getKey()), step.getValue(), into));
        }
    }

    private void step(String name, JsonNode step, ArrayNode into) {
        switch (name) {
            case "choice" -> choice(step, into.addObject().put("kind", "choice").putArray("branches"));
            case "filter" -> steps(step.path("steps"), into.addObject().put("kind", "filter").put("expression", expression(step))
                    .putArray("steps"));
            case "to", "toD", "wireTap" -> to(step, into);
            default -> {
                label(name, step, into);
                steps(step.path("steps"), into);
                for (JsonNode caught : step.path("doCatch")) {
                    label("doCatch", caught, into);
                    steps(caught.path("steps"), into);
                }
                steps(step.path("doFinally").path("steps"), into);
            }
        }
    }

    private void choice(JsonNode choice, ArrayNode branches) {
        for (JsonNode when : choice.path("when")) {
            steps(when.path("steps"), branches.addObject().put("label", "when").put("expression", expression(when)).putArray("steps"));
        }
        if (choice.has("otherwise")) {
            steps(choice.path("otherwise").path("steps"), branches.addObject().put("label", "otherwise").putNull("expression")
                    .putArray("steps"));
        }
    }

    private void to(JsonNode step, ArrayNode into) {
        String uri = uri(step);
        String endpoint = uri.split("\\?", 2)[0];
        String name = parameters(step, uri).getOrDefault("destination", "");
        if (endpoint.equals(ALL)) {
            List<ConfiguredDestination> on = destinations.on();
            on.forEach(one -> destination(one.name(), into).put("all", true));
            if (on.isEmpty()) {
                into.addObject().put("kind", "step").put("label", "every destination that is on, of which there is none");
            }
        } else if (endpoint.equals(ONE) && !name.isEmpty() && !name.contains("{")) {
            destination(name, into);
        } else {
            label("to", step, into);
        }
    }

    private ObjectNode destination(String name, ArrayNode into) {
        boolean isOn = Optional.ofNullable(destinations.byName().get(name)).map(ConfiguredDestination::isOn).orElse(false);
        return into.addObject().put("kind", "destination").put("name", name).put("on", isOn);
    }

    private static void label(String name, JsonNode step, ArrayNode into) {
        into.addObject().put("kind", "step").put("label", cut(step.path("description").asText(label(name, step))));
    }

    private static String label(String name, JsonNode step) {
        return switch (name) {
            case "to" -> "to " + uri(step);
            case "setHeader", "setProperty", "setVariable" -> words(name) + " " + step.path("name").asText("") + " to " + expression(step);
            case "log" -> "log " + (step.isTextual() ? step.textValue() : step.path("message").asText(""));
            case "recipientList" -> "to each of " + expression(step);
            default -> (words(name) + " " + (step.isTextual() ? step.textValue() : expression(step))).strip();
        };
    }

    private static String uri(JsonNode step) {
        return step.isTextual() ? step.textValue() : step.path("uri").asText("");
    }

    private static Map<String, String> parameters(JsonNode step, String uri) {
        Map<String, String> parameters = new TreeMap<>();
        int tail = uri.indexOf('?');
        if (tail >= 0) {
            try {
                URISupport.parseQuery(uri.substring(tail + 1)).forEach((name, value) -> parameters.put(name, String.valueOf(value)));
            } catch (URISyntaxException e) {
                // then its destination is not known, and it is a step like others
            }
        }
        step.path("parameters").fields().forEachRemaining(one -> parameters.put(one.getKey(), one.getValue().asText("")));
        return parameters;
    }

    /** Simple, which most are, as it is; of another language with its name. */
    private static String expression(JsonNode step) {
        JsonNode holder = step.path("expression").isObject() ? step.path("expression") : step;
        for (String language : LANGUAGES) {
            JsonNode written = holder.path(language);
            if (!written.isMissingNode()) {
                String text = written.isValueNode() ? written.asText() : written.path("expression").asText(written.path("ref").asText(""));
                return language.equals("simple") ? text : language + ": " + text;
            }
        }
        return "";
    }

    private static String camelCase(String name) {
        StringBuilder text = new StringBuilder();
        for (String part : name.split("-")) {
            text.append(text.isEmpty() || part.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return text.toString();
    }

    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String cut(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        // half a character is none
        int end = LABEL - (line.length() > LABEL && Character.isHighSurrogate(line.charAt(LABEL - 1)) ? 1 : 0);
        return line.length() <= LABEL ? line : line.substring(0, end) + "…";
    }
}
