package dev.serai.sync;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Collection;
import dev.serai.partner.Collection.PagingStyle;

/** The styles of paging by the names that partner folders use. */
final class Pagings {

    private Pagings() {
    }

    /** How a collection is read: its list, and its changes where it declares a feed of them. */
    static Paging of(Collection collection) {
        return withChanges(list(collection), collection);
    }

    /**
     * How children are read: by the pages of their parents, as those are read; or, where they have a feed of their own, by
     * the list of parents once, and then by that.
     */
    static Paging ofChildren(Collection collection, Collection parent) {
        return collection.changes().isPresent() ? withChanges(list(parent), collection) : of(parent);
    }

    /** The list alone. */
    static Paging list(Collection collection) {
        return of(collection.paging());
    }

    private static Paging withChanges(Paging list, Collection collection) {
        return collection.changes().<Paging>map(changes -> new HistoryAndEvents(list, new EventsPaging(changes))).orElse(list);
    }

    private static Paging of(PagingStyle style) {
        return switch (style.style()) {
            case "cursor" -> new CursorPaging(style);
            case "time" -> new TimePaging(style);
            case "pages" -> new PagesPaging(style);
            case "newest-first" -> new NewestFirstPaging(style);
            case "soql" -> new SoqlPaging(style);
            case "stream" -> new StreamPaging();
            default -> throw new SettingsException(new Problem(style.name(), 0, 0, "a collection cannot be listed with style '"
                    + style.style() + "'", "name another paging"));
        };
    }
}
