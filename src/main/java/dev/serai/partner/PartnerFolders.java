package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.utils.JsonNodes;
import dev.serai.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the partner folders under {@code routes/}. A folder that cannot be used is reported and left out; the others
 * are not concerned.
 *
 * @param partners by slug, sorted
 * @param problems what kept other folders from being here
 */
public record PartnerFolders(Map<String, Partner> partners, List<Problem> problems) {

    private static final String DESCRIPTION_FILE = "partner.yaml";
    private static final String ROUTE = ".camel.yaml";
    private static final String MAPPING = ".jslt";

    public static PartnerFolders read(Path routes) {
        List<Problem> problems = new ArrayList<>();
        return read(foldersOf(routes, problems), problems);
    }

    /** As {@link #read}, of one folder. */
    public static PartnerFolders readOne(Path folder) {
        return read(List.of(folder), new ArrayList<>());
    }

    private static PartnerFolders read(List<Path> folders, List<Problem> problems) {
        Map<String, Partner> partners = new LinkedHashMap<>();
        JsonSchema schema = YamlFile.schema("/schema/partner.schema.json");
        for (Path folder : folders) {
            YamlFile.Checked checked = YamlFile.read(folder.resolve(DESCRIPTION_FILE), schema);
            problems.addAll(checked.problems());
            if (checked.problems().isEmpty()) {
                int before = problems.size();
                Partner partner = partner(folder, checked.tree(), textsOf(folder, problems), problems);
                if (problems.size() == before) {
                    partners.put(partner.slug(), partner);
                }
            }
        }
        return new PartnerFolders(partners, List.copyOf(problems));
    }

    private static List<Path> foldersOf(Path routes, List<Problem> problems) {
        try (Stream<Path> entries = Files.list(routes)) {
            return entries.filter(Files::isDirectory)
                    .filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .sorted().toList();
        } catch (IOException e) {
            problems.add(new Problem(routes.toString(), 0, 0, "no such folder",
                    "start the hub beside its routes, or set serai.routes.dir"));
            return List.of();
        }
    }

    /** These with another folder in the place of one, or without it. */
    public PartnerFolders with(String slug, Optional<Partner> partner) {
        Map<String, Partner> changed = new TreeMap<>(partners);
        changed.remove(slug);
        partner.ifPresent(one -> changed.put(slug, one));
        return new PartnerFolders(changed, problems);
    }

    /** Routes and mappings by name; not the hidden files that editors write beside them. */
    private static Map<String, String> textsOf(Path folder, List<Problem> problems) {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && (name.endsWith(ROUTE) || name.endsWith(MAPPING))) {
                    texts.put(name, textOf(file, problems));
                }
            }
        } catch (IOException e) {
            problems.add(new Problem(folder.toString(), 0, 0, "cannot be read", "check the permissions"));
        }
        return texts;
    }

    private static String textOf(Path file, List<Problem> problems) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            problems.add(new Problem(file.toString(), 0, 0, "cannot be read", "it must be a text in UTF-8"));
            return "";
        }
    }

    private static Partner partner(Path folder, JsonNode yaml, Map<String, String> texts, List<Problem> problems) {
        Optional<Partner.Source> source = Optional.ofNullable(yaml.get("source")).map(node -> {
            Optional<Sync> sync = Optional.ofNullable(node.get("sync"))
                    .map(declared -> SyncReader.read(folder.resolve(DESCRIPTION_FILE).toString(), declared, problems));
            Map<String, Partner.Setting> settings = settings(node);
            settings.put(Partner.PLAN, everyone("The file with the source's tracking plan; empty for none.", "",
                    Partner.Kind.TEXT, ""));
            settings.put(Partner.UNPLANNED_EVENTS, everyone("What becomes of events that the plan does not have.", "allow",
                    Partner.Kind.ALLOW_BLOCK, ""));
            settings.put(Partner.UNPLANNED_PROPERTIES, everyone("What becomes of properties and traits that the plan does "
                    + "not have.", "allow", Partner.Kind.ALLOW_OMIT, ""));
            settings.put(Partner.VIOLATIONS, everyone("What becomes of events that break their spec; omit takes out what breaks it.",
                    "allow", Partner.Kind.ALLOW_OMIT_BLOCK, ""));
            sync.ifPresent(pulled -> settings.putAll(Sync.settings(pulled.pollSeconds())));
            return new Partner.Source(settings, setup(node), events(node), webhook(folder, node, settings, problems), sync);
        });
        Optional<Partner.Destination> destination = Optional.ofNullable(yaml.get("destination"))
                .map(PartnerFolders::destination);
        return new Partner(folder.getFileName().toString(), folder, yaml.get("title").asText(),
                yaml.get("description").asText().strip(), yaml.path("docs").asText(""), source, destination,
                texts.keySet().stream().filter(name -> name.endsWith(ROUTE)).map(folder::resolve).toList(), texts);
    }

    /** What it names must be declared, and a secret must be one. */
    private static Webhook webhook(Path folder, JsonNode source, Map<String, Partner.Setting> settings,
                                   List<Problem> problems) {
        if (!source.has("webhook")) {
            return Webhook.PLAIN;
        }
        Webhook webhook = Webhook.read(source.get("webhook"));
        webhook.settings().forEach((name, isSecret) -> {
            Partner.Setting setting = settings.get(name);
            if (setting == null || isSecret && !setting.secret()) {
                var place = JsonNodes.tokenLocationOf(source.get("webhook"));
                problems.add(new Problem(folder.resolve(DESCRIPTION_FILE).toString(), place == null ? 0 : place.getLineNr(),
                        place == null ? 0 : place.getColumnNr(), "source.webhook names '" + name
                        + "', which is no " + (isSecret ? "secret " : "") + "setting", "declare it under source.settings"
                        + (isSecret ? " with secret: true" : "")));
            }
        });
        return webhook;
    }

    private static Partner.Destination destination(JsonNode node) {
        Map<String, Partner.Request> requests = new LinkedHashMap<>();
        node.path("requests").fields().forEachRemaining(kind -> requests.put(kind.getKey(), request(kind.getValue())));
        if (requests.isEmpty()) {
            requests.put(Partner.ONLY_REQUEST, request(node));
        }
        Map<String, Partner.Setting> settings = settings(node);
        settings.put(Partner.REQUESTS_PER_MINUTE, everyone("Requests in a minute, at most; empty for any number.",
                node.path(Partner.REQUESTS_PER_MINUTE).asText(""), Partner.Kind.POSITIVE, ""));
        settings.put(Partner.ITEMS_PER_SECOND, everyone("What is delivered in a second, at most, events or what they become; "
                + "empty for any number.", node.path(Partner.ITEMS_PER_SECOND).asText(""), Partner.Kind.POSITIVE, ""));
        settings.put(Partner.CONSENT_CATEGORIES, everyone("Categories of context.consent.categoryPreferences that must all be "
                + "true, comma-separated; empty asks for no consent.", "", Partner.Kind.TEXT, ""));
        settings.put(Partner.ALLOW_PRIVATE_ADDRESSES, everyone("Whether it may lie on this machine or in a private network, "
                + "as a sandbox does.", "false", Partner.Kind.FLAG, "true"));
        return new Partner.Destination(settings, setup(node), requests, node.path("maxRequests").asInt(8),
                node.path("userItemsPerSecond").asInt(0), node.path("objects").asBoolean(false),
                Optional.ofNullable(node.path("oauth").path("tokenUrl").textValue()));
    }

    private static Partner.Request request(JsonNode node) {
        return new Partner.Request(node.path("maxItems").asInt(1), node.path("maxBytes").asInt(1024 * 1024),
                node.path("maxItemBytes").asInt(0), node.path("uniqueBy").asText(""));
    }

    private static Partner.Setting everyone(String description, String defaultValue, Partner.Kind kind, String sandbox) {
        return new Partner.Setting(description, false, false, defaultValue, kind, sandbox);
    }

    private static Map<String, Partner.Setting> settings(JsonNode node) {
        Map<String, Partner.Setting> settings = new LinkedHashMap<>();
        node.path("settings").fields().forEachRemaining(field -> settings.put(field.getKey(), new Partner.Setting(
                field.getValue().path("description").asText(),
                field.getValue().path("secret").asBoolean(false),
                field.getValue().path("required").asBoolean(false),
                field.getValue().path("default").asText(""),
                Partner.Kind.of(field.getValue().path("type").asText("text")),
                field.getValue().path("sandbox").asText(""))));
        return settings;
    }

    private static String setup(JsonNode node) {
        return node.path("setup").asText("").strip();
    }

    private static Map<String, String> events(JsonNode node) {
        Map<String, String> events = new LinkedHashMap<>();
        node.path("events").fields().forEachRemaining(field -> events.put(field.getKey(), field.getValue().asText()));
        return events;
    }
}
