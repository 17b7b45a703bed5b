package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.utils.JsonNodes;
import dev.serai.model.Problem;
import dev.serai.partner.Collection.PagingStyle;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code source.sync}, which the schema has checked; what names something else is looked for here. */
final class SyncReader {

    private static final int DEFAULT_POLL_SECONDS = 900;

    private final String file;
    private final List<Problem> problems;
    private final Map<String, PagingStyle> styles = new HashMap<>();

    private SyncReader(String file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** @param problems takes what is wrong */
    static Sync read(String file, JsonNode sync, List<Problem> problems) {
        return new SyncReader(file, problems).read(sync);
    }

    private Sync read(JsonNode sync) {
        sync.path("paging").fields().forEachRemaining(field -> styles.put(field.getKey(), new PagingStyle(field.getKey(),
                field.getValue().path("style").asText(), field.getValue())));
        Map<String, Integer> pace = new LinkedHashMap<>();
        sync.path("requestsPerMinute").fields().forEachRemaining(limit -> pace.put(limit.getKey(), limit.getValue().asInt()));
        JsonNode declared = sync.path("collections");
        Map<String, Collection> collections = new LinkedHashMap<>();
        declared.fields().forEachRemaining(field -> {
            for (String other : new String[] {"parent", "table"}) {
                JsonNode named = field.getValue().path(other);
                if (named.isTextual() && !declared.has(named.textValue())) {
                    complain(named, "there is no collection '" + named.textValue() + "'", "name one that is declared beside it");
                }
            }
            collections.put(field.getKey(), collection(field.getKey(), field.getValue()));
        });
        return new Sync(sync.path("pollPeriodSeconds").asInt(DEFAULT_POLL_SECONDS), pace, collections,
                Optional.ofNullable(sync.get("objects")).map(own -> new Sync.Named(own.path("setting").asText(),
                        style(own, "paging"))),
                List.copyOf(words(sync.path("needs"))));
    }

    private Collection collection(String name, JsonNode node) {
        Map<String, Set<String>> deletedWhen = new HashMap<>();
        node.path("deletedWhen").fields().forEachRemaining(field -> deletedWhen.put(field.getKey(), words(field.getValue())));
        Optional<Collection.Changes> changes = Optional.ofNullable(node.get("changes")).map(feed -> {
            Set<String> deletes = words(feed.path("deletes"));
            Set<String> types = words(feed.path("types"));
            types.addAll(deletes);
            return new Collection.Changes(style(feed, "paging"), types, deletes);
        });
        return new Collection(name, node.path("table").asText(name), node.path("endpoint").asText(),
                node.path("records").asText(""),
                node.path("id").asText("id"), node.path("version").asText(""),
                Optional.ofNullable(node.path("mapping").textValue()), style(node, "paging"),
                Optional.ofNullable(node.path("parent").textValue()), node.path("embedded").asText(""),
                node.path("parentField").asText(""),
                node.path("compare").asBoolean(false), deletedWhen, changes,
                node.path("pollPeriodSeconds").asInt(0), node.path("historyDays").asInt(0), node.path("on").asBoolean(true));
    }

    private PagingStyle style(JsonNode of, String field) {
        String name = of.path(field).asText();
        PagingStyle style = styles.get(name);
        if (style == null) {
            complain(of.path(field), "there is no paging '" + name + "'", "declare it under sync.paging");
            return new PagingStyle(name, "none", of);
        }
        return style;
    }

    private static Set<String> words(JsonNode node) {
        Set<String> words = new LinkedHashSet<>();
        if (node.isArray()) {
            node.forEach(word -> words.add(word.asText()));
        } else if (!node.isMissingNode()) {
            words.add(node.asText());
        }
        return words;
    }

    private void complain(JsonNode at, String what, String remedy) {
        var place = JsonNodes.tokenLocationOf(at);
        problems.add(new Problem(file, place == null ? 1 : place.getLineNr(), place == null ? 1 : place.getColumnNr(), what,
                remedy));
    }
}
