package dev.serai.docs;

import dev.serai.partner.Partner;
import dev.serai.partner.Partner.Setting;
import dev.serai.partner.SettingKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Document;
import org.commonmark.node.Node;

/** The page about one partner: what comes in, what goes out, what must be set, and what the samples show. */
final class PartnerPage {

    private static final Pattern STEP = Pattern.compile("(?m)^\\s*\\d+\\.\\s+");
    private static final Pattern SETTING = Pattern.compile("serai\\.(?:sources|destinations)\\.[A-Za-z0-9.<>_-]*[A-Za-z0-9>]");
    private static final Map<String, String> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("in.http", "Requests as the partner sends them, and what becomes of them.");
        KINDS.put("in.sync.json", "Answers of the partner's API, and the objects in them.");
        KINDS.put("in.events.json", "Events of the destination's queue, and the requests to the partner.");
    }

    private final Partner partner;
    private final Set<String> partners;
    private final UnaryOperator<String> links;
    private final Prose page = new Prose(new Document());
    private final Routes routes;

    PartnerPage(Partner partner, Set<String> partners, UnaryOperator<String> links) {
        this.partner = partner;
        this.partners = partners;
        this.links = links;
        this.routes = Routes.of(partner);
    }

    Node build() {
        page.paragraph(Prose.link(links.apply(Docs.INDEX), Prose.text("All partners")));
        page.heading(1, Prose.text(partner.title()));
        page.paragraph(Prose.text(partner.description()));
        if (!partner.docs().isEmpty()) {
            page.paragraph(Prose.text("The vendor's page: "), Prose.link(partner.docs(), Prose.text(partner.docs())));
        }
        partner.source().ifPresent(this::source);
        partner.destination().ifPresent(this::destination);
        samples();
        routes();
        Readme.read(partner.folder(), partners, links).ifPresent(readme -> {
            page.heading(2, Prose.text("More"));
            for (Node block = readme.getFirstChild(); block != null; block = readme.getFirstChild()) {
                page.root().appendChild(block);
            }
        });
        return page.root();
    }

    private void source(Partner.Source source) {
        String prefix = SettingKey.SOURCES_PREFIX + partner.slug() + ".";
        page.heading(2, Prose.text("As a source"));
        setup(source.setup());
        settings(prefix, source.settings(), "source", SettingKey.SOURCES_PREFIX);
        if (routes.hasWebhook()) {
            new WebhookSection(partner, source, routes).addTo(page);
        }
        if (!source.events().isEmpty()) {
            page.heading(3, Prose.text("Events"));
            page.paragraph(Prose.text("What the partner calls an event, and its name here."));
            page.table(List.of("partner's name", "name here"), source.events().entrySet().stream()
                    .map(event -> List.of(List.of(Prose.code(event.getKey())), List.of(Prose.text(event.getValue())))).toList());
        }
        source.sync().ifPresent(sync -> SyncSection.add(sync, page));
    }

    private void destination(Partner.Destination destination) {
        page.heading(2, Prose.text("As a destination"));
        page.paragraph(Prose.text(destination.objects() ? "Takes events and objects." : "Takes events."));
        setup(destination.setup());
        settings(SettingKey.DESTINATIONS_PREFIX + partner.slug() + ".", destination.settings(), "destination",
                SettingKey.DESTINATIONS_PREFIX);
        page.heading(3, Prose.text("Limits"));
        page.table(List.of("request", "items", "bytes", "bytes of an item", "no two items with the same"),
                destination.requests().entrySet().stream().map(kind -> {
                    Partner.Request request = kind.getValue();
                    return cells(kind.getKey().equals(Partner.ONLY_REQUEST) ? "any" : kind.getKey(),
                            number(request.maxItems()), number(request.maxBytes()),
                            request.maxItemBytes() == 0 ? "" : number(request.maxItemBytes()), request.uniqueBy());
                }).toList());
        List<List<Node>> limits = new ArrayList<>();
        limits.add(List.of(Prose.text("Requests under way at once: " + destination.maxRequests())));
        limit(limits, "Requests in a minute", destination.settings().get(Partner.REQUESTS_PER_MINUTE));
        limit(limits, "Items in a second", destination.settings().get(Partner.ITEMS_PER_SECOND));
        if (destination.userItemsPerSecond() > 0) {
            limits.add(List.of(Prose.text("Items of one user in a second: " + destination.userItemsPerSecond())));
        }
        page.bullets(limits);
    }

    private static void limit(List<List<Node>> limits, String what, Setting setting) {
        if (setting != null && !setting.defaultValue().isEmpty()) {
            limits.add(List.of(Prose.text(what + ": " + setting.defaultValue() + ", unless the settings say otherwise")));
        }
    }

    private void settings(String prefix, Map<String, Setting> settings, String what, String group) {
        if (settings.isEmpty()) {
            return;
        }
        page.heading(3, Prose.text("Settings"));
        page.table(List.of("setting", "meaning", "default", "secret", "required"), settings.entrySet().stream()
                .map(entry -> {
                    Setting setting = entry.getValue();
                    String kind = setting.kind() == Partner.Kind.TEXT ? "" : " Must be " + setting.kind().meaning() + ".";
                    return List.of(List.of(Prose.code(prefix + entry.getKey())),
                            withSettings(setting.description() + kind),
                            setting.defaultValue().isEmpty() ? List.<Node>of() : List.of(Prose.code(setting.defaultValue())),
                            List.of(Prose.text(setting.secret() ? "yes" : "")),
                            List.of(Prose.text(setting.required() ? "yes" : "")));
                }).toList());
        page.paragraph(Prose.text("A further " + what + " of this partner has another name in place of "),
                Prose.code(partner.slug()), Prose.text(", and "), Prose.code(group + "<name>.partner = " + partner.slug()),
                Prose.text("."));
    }

    private void setup(String setup) {
        if (setup.isEmpty()) {
            return;
        }
        page.heading(3, Prose.text("Set up"));
        List<List<Node>> steps = new ArrayList<>();
        for (String step : STEP.split(setup)) {
            if (!step.isBlank()) {
                steps.add(withSettings(step.strip()));
            }
        }
        page.numbered(steps);
    }

    /** Names of settings are for copying. */
    private static List<Node> withSettings(String text) {
        List<Node> nodes = new ArrayList<>();
        Matcher found = SETTING.matcher(text);
        int from = 0;
        while (found.find()) {
            if (found.start() > from) {
                nodes.add(Prose.text(text.substring(from, found.start())));
            }
            nodes.add(Prose.code(found.group()));
            from = found.end();
        }
        if (from < text.length()) {
            nodes.add(Prose.text(text.substring(from)));
        }
        return nodes;
    }

    private void samples() {
        boolean isFirst = true;
        for (Map.Entry<String, String> kind : KINDS.entrySet()) {
            Samples samples = Samples.of(partner.folder(), kind.getKey());
            if (samples.folders().isEmpty()) {
                continue;
            }
            if (isFirst) {
                page.heading(2, Prose.text("Samples"));
                page.paragraph(Prose.code("./serai test " + partner.slug()), Prose.text(" runs them."));
                isFirst = false;
            }
            page.heading(3, Prose.text(kind.getValue()));
            page.bullets(samples.folders().stream().map(folder -> List.of(Prose.code(Samples.name(folder)))).toList());
            Path example = samples.example();
            for (Path file : Samples.files(example)) {
                String name = Samples.name(file);
                page.collapsed(Samples.name(example) + ": " + name)
                        .file(name.endsWith(".json") ? "json" : "http", Samples.content(file));
            }
        }
    }

    private void routes() {
        if (!routes.described().isEmpty()) {
            page.heading(2, Prose.text("Routes"));
            page.table(List.of("route", "what it does"), routes.described().stream()
                    .map(route -> List.of(List.of(Prose.code(route.name())), List.of(Prose.text(route.description())))).toList());
        }
    }

    static List<List<Node>> cells(String... texts) {
        List<List<Node>> cells = new ArrayList<>();
        for (String text : texts) {
            cells.add(text.isEmpty() ? List.of() : List.of(Prose.text(text)));
        }
        return cells;
    }

    private static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
