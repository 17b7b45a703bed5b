package dev.serai.docs;

import dev.serai.partner.Collection;
import dev.serai.partner.Sync;
import java.util.List;
import java.util.Map;
import org.commonmark.node.Node;

/** What is pulled from a partner. */
final class SyncSection {

    private static final Map<String, String> STYLES = Map.of(
            "cursor", "an export, by token",
            "time", "an export, by time",
            "pages", "a list, by token",
            "newest-first", "a list, newest first",
            "soql", "queries by stamp and id");

    private SyncSection() {
    }

    static void add(Sync sync, Prose page) {
        page.heading(3, Prose.text("Collections"));
        page.paragraph(Prose.text("Pulled every " + sync.pollSeconds() + " seconds; each becomes a table <source>.<collection>."));
        if (!sync.pace().isEmpty()) {
            page.bullets(sync.pace().entrySet().stream().map(limit -> List.of(Prose.text("Requests in a minute, "
                    + (limit.getKey().equals(Sync.ALL) ? "all" : limit.getKey()) + ": " + limit.getValue()))).toList());
        }
        page.table(List.of("collection", "read from", "pages", "each sync reads"), sync.collections().values().stream()
                .map(one -> List.<List<Node>>of(List.of(Prose.code(one.name())), List.of(Prose.code(one.endpoint())),
                        List.of(Prose.text(pages(one))), List.of(Prose.text(reads(one, sync))))).toList());
        sync.named().ifPresent(named -> page.paragraph(Prose.text("Further ones by their names, in the setting "),
                Prose.code(named.setting()), Prose.text(".")));
    }

    private static String pages(Collection collection) {
        String style = collection.paging().style();
        return STYLES.getOrDefault(style, style) + collection.parent().map(parent -> ", of each of " + parent).orElse("");
    }

    private static String reads(Collection collection, Sync sync) {
        String what;
        if (collection.changes().isPresent()) {
            what = "incremental, by a feed of changes";
        } else if (collection.parent().isPresent()) {
            Collection parent = sync.collections().get(collection.parent().get());
            what = isIncremental(parent) ? "incremental, with what changed in " + parent.name() : "full";
        } else {
            what = isIncremental(collection) ? "incremental" : "full";
        }
        return what + (collection.table().equals(collection.name()) ? "" : "; into " + collection.table())
                + (collection.historyDays() > 0 ? "; the first goes back " + collection.historyDays() + " days" : "")
                + (collection.isCompared() ? "; what is gone is deleted" : "")
                + (collection.isOn() ? "" : "; off unless the settings name it");
    }

    private static boolean isIncremental(Collection collection) {
        return collection.changes().isPresent() || collection.paging().isIncremental();
    }
}
