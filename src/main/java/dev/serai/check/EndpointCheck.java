package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.serai.check.Kamelets.Kamelet;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.partner.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.util.URISupport;

/**
 * Resolves the endpoints of routes in a Camel that starts nothing: options that a component does not have, Kamelets that
 * are not there, parameters that they miss. Kamelets are compared with their definitions and not expanded, since what
 * they are made of needs the hub around it.
 */
public final class EndpointCheck implements AutoCloseable {

    private static final String KAMELET = "kamelet";
    private static final Set<String> ENDPOINTS = Set.of("from", "to", "toD", "wireTap", "enrich", "pollEnrich", "poll",
            "interceptFrom", "interceptSendToEndpoint");
    private static final Set<String> BEANS = Set.of("process", "bean");

    private static final Pattern WHOLE = Pattern.compile("-?\\d+");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Kamelets kamelets;

    public EndpointCheck() throws Exception {
        context.setAutoStartup(false);
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        context.setSourceLocationEnabled(true);
        Stand stand = new Stand();
        // Camel knows only its own class by this name
        stand.setAutowiredEnabled(false);
        context.addComponent(KAMELET, stand);
        context.start();
        kamelets = Kamelets.read(context);
    }

    /** Where routes can be built too; nothing in it runs. */
    public CamelContext context() {
        return context;
    }

    /** @param partner whose folder it is; empty for the routing */
    void check(RouteFile file, String partner, List<Problem> problems) {
        file.forEach((at, node) -> {
            if (BEANS.contains(RouteFile.member(at)) && node.path("ref").isTextual() && !isOpen(node.path("ref").textValue())
                    && context.getRegistry().lookupByName(node.path("ref").textValue()) == null) {
                problems.add(file.places().atValue(at.appendProperty("ref"), "there is no bean '"
                        + node.path("ref").textValue() + "'", "a partner folder has no Java; use a Kamelet"));
            }
            if (!ENDPOINTS.contains(RouteFile.member(at))) {
                return;
            }
            if (node.isTextual()) {
                endpoint(file, at, node.textValue(), at, node, partner, problems);
            } else if (node.path("uri").isTextual()) {
                endpoint(file, at.appendProperty("uri"), node.path("uri").textValue(), at.appendProperty("parameters"),
                        node.path("parameters"), partner, problems);
            }
        });
    }

    private void endpoint(RouteFile file, JsonPointer at, String uri, JsonPointer parametersAt, JsonNode parameters,
                          String partner, List<Problem> problems) {
        int colon = uri.indexOf(':');
        String scheme = colon < 0 ? uri : uri.substring(0, colon);
        if (isOpen(scheme)) {
            return;
        }
        Map<String, String> given = new TreeMap<>();
        Map<String, JsonPointer> places = new LinkedHashMap<>();
        try {
            URISupport.parseQuery(uri.contains("?") ? uri.substring(uri.indexOf('?') + 1) : "").forEach((name, value) -> {
                given.put(name, String.valueOf(value));
                places.put(name, at);
            });
        } catch (Exception e) {
            problems.add(file.places().atValue(at, "this is no URI: " + e.getMessage(), "write options under parameters"));
            return;
        }
        parameters.fields().forEachRemaining(one -> {
            given.put(one.getKey(), one.getValue().asText());
            places.put(one.getKey(), parametersAt.appendProperty(one.getKey()));
        });
        if (scheme.equals(KAMELET)) {
            String path = colon < 0 ? given.getOrDefault("templateId", "") : uri.substring(colon + 1).split("[?/]", 2)[0];
            kamelet(file, at, path, given, places, partner, problems);
        } else {
            component(file, at, uri, scheme, given, places, problems);
        }
    }

    private void kamelet(RouteFile file, JsonPointer at, String name, Map<String, String> given,
                         Map<String, JsonPointer> places, String partner, List<Problem> problems) {
        if (isOpen(name)) {
            return;
        }
        Kamelet kamelet = kamelets.byName().get(name);
        if (kamelet == null) {
            Set<String> all = new TreeSet<>(kamelets.byName().keySet());
            problems.add(file.places().atValue(at, "there is no Kamelet '" + name + "'",
                    Settings.suggestion(name, all, "there are " + String.join(", ", all))));
            return;
        }
        given.forEach((parameter, value) -> {
            JsonNode property = kamelet.properties().get(parameter);
            if (property == null) {
                problems.add(at(file, at, places.get(parameter), "Kamelet " + name + " has no parameter '" + parameter
                        + "'", suggestion(parameter, kamelet.properties().keySet())));
            } else if (property.has("enum") && !isOpen(value) && !hasText(property.get("enum"), value)) {
                problems.add(file.places().atValue(places.get(parameter), "Kamelet " + name + " takes no " + parameter + " '"
                        + value + "'", "it takes one of " + property.get("enum")));
            } else if (parameter.equals("partner") && !partner.isEmpty() && !isOpen(value) && !value.equals(partner)) {
                problems.add(file.places().atValue(places.get(parameter), "'" + value + "' is another folder",
                        "write partner: " + partner));
            }
        });
        new TreeSet<>(kamelet.required()).stream().filter(parameter -> !given.containsKey(parameter)).forEach(parameter ->
                problems.add(file.places().atValue(at, "Kamelet " + name + " needs the parameter '" + parameter + "'",
                        "add it under parameters")));
    }

    /** At an option's name, or where the URI is that has it. */
    private static Problem at(RouteFile file, JsonPointer uri, JsonPointer option, String what, String remedy) {
        return option.equals(uri) ? file.places().atValue(uri, what, remedy) : file.places().atKey(option, what, remedy);
    }

    private static boolean hasText(JsonNode values, String text) {
        for (JsonNode value : values) {
            if (value.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private void component(RouteFile file, JsonPointer at, String uri, String scheme, Map<String, String> given,
                           Map<String, JsonPointer> places, List<Problem> problems) {
        if (context.getComponent(scheme, true, false) == null) {
            problems.add(file.places().atValue(at, "there is no component '" + scheme + "'",
                    "mend the name; partner folders are made of Kamelets, or of the components that come with the hub"));
            return;
        }
        EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
        int before = problems.size();
        values(file, scheme, given, places, problems);
        if (factory != null && !factory.isLenientProperties()) {
            given.keySet().stream().filter(name -> !isOption(factory, name)).forEach(name -> problems.add(
                    at(file, at, places.get(name), "component " + scheme + " has no option '" + name + "'",
                            suggestion(name, factory.propertyNames()))));
        }
        boolean isWhole = !isOpen(uri) && given.values().stream().noneMatch(value -> isOpen(value) || value.startsWith("#"));
        if (problems.size() == before && isWhole && factory != null) {
            resolve(file, at, uri, scheme, given, factory, problems);
        }
    }

    /** Camel itself takes a word for a number, as 0. */
    private void values(RouteFile file, String scheme, Map<String, String> given, Map<String, JsonPointer> places,
                        List<Problem> problems) {
        JsonNode options = options(scheme);
        given.forEach((name, value) -> {
            JsonNode option = options.path(name);
            String type = option.path("type").asText();
            String expected = isOpen(value) || value.startsWith("#") ? ""
                    : type.equals("integer") && !WHOLE.matcher(value).matches() ? "a whole number"
                    : type.equals("boolean") && !value.equals("true") && !value.equals("false") ? "true or false"
                    : option.has("enum") && !hasText(option.get("enum"), value) ? "one of " + option.get("enum") : "";
            if (!expected.isEmpty()) {
                problems.add(file.places().atValue(places.get(name), "'" + value + "' is no value of " + name + " of component "
                        + scheme, "it takes " + expected));
            }
        });
    }

    private JsonNode options(String scheme) {
        try {
            String schema = context.getComponentParameterJsonSchema(scheme);
            return schema == null ? MissingNode.getInstance() : Json.MAPPER.readTree(schema).path("properties");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void resolve(RouteFile file, JsonPointer at, String uri, String scheme, Map<String, String> given,
                         EndpointUriFactory factory, List<Problem> problems) {
        try {
            Map<String, Object> options = new LinkedHashMap<>(given);
            context.getEndpoint(uri.indexOf(':') < 0 ? factory.buildUri(scheme, options)
                    : URISupport.appendParametersToURI(URISupport.stripQuery(uri), options));
        } catch (Exception e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            problems.add(file.places().atValue(at, String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
                    .replaceFirst("^Failed to resolve endpoint: .* due to: ", ""), "mend the endpoint"));
        }
    }

    private static boolean isOption(EndpointUriFactory factory, String name) {
        return factory.propertyNames().contains(name)
                || factory.multiValuePrefixes().values().stream().anyMatch(name::startsWith);
    }

    private static String suggestion(String name, Set<String> known) {
        return Settings.suggestion(name, known, known.isEmpty() ? "it takes none"
                : "it takes " + String.join(", ", new TreeSet<>(known)));
    }

    /** Known only when it runs. */
    private static boolean isOpen(String text) {
        return text.contains("{{") || text.contains("${") || text.contains("$simple{");
    }

    @Override
    public void close() {
        context.stop();
    }

    /** Stands in for Kamelets while a route is built. */
    private static final class Stand extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear();
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultProducer(this) {
                        @Override
                        public void process(Exchange exchange) {
                            throw new UnsupportedOperationException("nothing runs while it is checked");
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor);
                }
            };
        }
    }
}
