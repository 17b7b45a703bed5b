package dev.serai.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.YamlFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All event specs of a source, from a YAML file; each spec is a JSON Schema, draft 7, of the event's properties or
 * traits, compiled once. Those of Segment's pages come with the hub and are named under {@code specs}.
 */
public final class TrackingPlan {

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER).build();

    /**
     * A spec and where it applies.
     *
     * @param at     the member of the event that it is of
     * @param fields the names it declares; empty where it declares none
     */
    record Spec(String at, JsonSchema schema, Set<String> fields, Map<String, String> pointers) {

        private static final int MAX_POINTERS = 1_000;

        /** Of a property, by its name; the same text each time for those that come often. */
        String pointer(String name) {
            String known = pointers.get(name);
            if (known != null) {
                return known;
            }
            String pointer = "/" + at + "/" + escaped(name);
            if (pointers.size() < MAX_POINTERS) {
                pointers.put(name, pointer);
            }
            return pointer;
        }

        private static Spec of(String at, JsonNode schema) {
            Set<String> fields = new HashSet<>();
            schema.path("properties").fieldNames().forEachRemaining(fields::add);
            JsonSchema compiled = FACTORY.getSchema(schema, CONFIG);
            compiled.initializeValidators();
            return new Spec(at, compiled, fields, new ConcurrentHashMap<>());
        }
    }

    private final Map<String, Spec> events = new HashMap<>();
    private final Map<String, Map<String, Spec>> versions = new HashMap<>();
    private final Map<String, Spec> calls = new HashMap<>();
    private final JsonSchema common;

    private TrackingPlan(JsonNode yaml) {
        yaml.path("specs").forEach(name -> shipped(name.asText()).fields().forEachRemaining(spec ->
                events.put(spec.getKey(), Spec.of("properties", spec.getValue()))));
        yaml.path("events").fields().forEachRemaining(event -> {
            JsonNode several = event.getValue().path("versions");
            if (several.isObject()) {
                Map<String, Spec> byVersion = new HashMap<>();
                several.fields().forEachRemaining(one -> byVersion.put(one.getKey(), Spec.of("properties", one.getValue())));
                versions.put(event.getKey(), byVersion);
                // the last is what an event without a version is held to
                several.fieldNames().forEachRemaining(name -> events.put(event.getKey(), byVersion.get(name)));
            } else {
                events.put(event.getKey(), Spec.of("properties", event.getValue()));
            }
        });
        for (String type : List.of("identify", "group", "page", "screen")) {
            if (yaml.has(type)) {
                calls.put(type, Spec.of(type.equals("identify") || type.equals("group") ? "traits" : "properties",
                        yaml.get(type)));
            }
        }
        common = yaml.has("common") ? FACTORY.getSchema(yaml.get("common"), CONFIG) : null;
    }

    /** @throws SettingsException with everything wrong in the file */
    public static TrackingPlan read(Path file) {
        YamlFile.Checked checked = YamlFile.read(file, YamlFile.schema("/schema/plan.schema.json"));
        if (!checked.problems().isEmpty()) {
            throw new SettingsException(checked.problems());
        }
        try {
            return new TrackingPlan(checked.tree());
        } catch (RuntimeException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "a spec is no JSON Schema: " + e.getMessage(),
                    "mend the spec"));
        }
    }

    private static JsonNode shipped(String name) {
        try (InputStream in = TrackingPlan.class.getResourceAsStream("/specs/" + name + ".schema.json")) {
            return Json.MAPPER.readTree(in).get("definitions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The spec of an event in its form on topic {@code events}; empty for an unplanned one. */
    Optional<Spec> spec(ObjectNode event) {
        String type = event.path("type").asText();
        if (!type.equals("track")) {
            return Optional.ofNullable(calls.get(type));
        }
        String name = event.path("event").asText();
        String version = event.at("/context/protocols/event_version").asText("");
        Spec versioned = version.isEmpty() ? null : versions.getOrDefault(name, Map.of()).get(version);
        return Optional.ofNullable(versioned != null ? versioned : events.get(name));
    }

    /** Whether which spec holds, and whether it is all that holds, can be told by type and name. */
    boolean isPlain(Glimpse event) {
        return common == null && (!event.type().equals("track")
                || events.containsKey(event.name()) && !versions.containsKey(event.name()));
    }

    /** Of a plain event. */
    Optional<Spec> spec(Glimpse event) {
        return Optional.ofNullable(event.type().equals("track") ? events.get(event.name()) : calls.get(event.type()));
    }

    /** Whether the plan says what track events there are. */
    boolean isUnplanned(ObjectNode event) {
        return event.path("type").asText().equals("track") && !events.containsKey(event.path("event").asText());
    }

    /** How the event breaks the spec; its unplanned properties are not among them. */
    static List<Violation> violations(Spec spec, ObjectNode event) {
        return violations(spec, event.path(spec.at()));
    }

    /** @param value the event's properties or traits; missing where it has none */
    static List<Violation> violations(Spec spec, JsonNode value) {
        return violations(spec.schema(), value.isMissingNode() ? Json.MAPPER.createObjectNode() : value, "/" + spec.at());
    }

    /** How it breaks what holds for every event. */
    List<Violation> common(ObjectNode event) {
        return common == null ? List.of() : violations(common, event, "");
    }

    private static List<Violation> violations(JsonSchema schema, JsonNode value, String at) {
        Set<ValidationMessage> messages = schema.validate(value);
        if (messages.isEmpty()) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>();
        for (ValidationMessage message : messages) {
            boolean ofMember = message.getProperty() != null
                    && (message.getType().equals("required") || message.getType().equals("additionalProperties"));
            String field = at + message.getInstanceLocation() + (ofMember ? "/" + escaped(message.getProperty()) : "");
            violations.add(new Violation(message.getType().equals("additionalProperties") ? "unplanned_property"
                    : message.getType(), field, message.getMessage().replaceFirst("^[^:]*: ", "")));
        }
        return violations;
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
