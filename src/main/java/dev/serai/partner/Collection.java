package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A set of objects at a partner that is pulled, as {@code source.sync.collections} of its {@code partner.yaml} declares
 * it. It becomes table {@code <source>.<table>}.
 *
 * @param table       the name of the collection, or of another whose table has objects of both
 * @param endpoint    path of the request, a query may follow; {@code {parent}} stands for the parent's id
 * @param records     where the array of objects is in an answer, with dots between; empty if the answer is the array
 * @param id          the field that is the primary key; a mapping gives it as {@code id} instead
 * @param version     the field that says since when the object is as it is, a time or seconds since 1970; empty where
 *                    there is none: then it is so when the partner answers
 * @param mapping     a JSLT file that makes the object's properties of a record: an object, an array, or null for none
 * @param paging      how one request follows another
 * @param parent      the collection whose objects are walked to find the ones of this
 * @param embedded    the field of a parent that holds the first page of its children, as a list; empty for none
 * @param parentField the field of a child that names its parent, where changes bring children without one; empty for none
 * @param isCompared  whether an object that is listed no more is taken for deleted, and one that is as it was not sent
 * @param deletedWhen a field's values that mean the object is deleted
 * @param changes     a feed of events about the objects; how changes are found where a list cannot be asked for them
 * @param pollSeconds how often it is synced; 0 for the partner's own period
 * @param historyDays how far back the first sync goes; 0 for all
 * @param isOn        whether it is synced unless the settings say otherwise
 */
public record Collection(String name, String table, String endpoint, String records, String id, String version,
                         Optional<String> mapping, PagingStyle paging, Optional<String> parent, String embedded,
                         String parentField, boolean isCompared, Map<String, Set<String>> deletedWhen, Optional<Changes> changes,
                         int pollSeconds, int historyDays, boolean isOn) {

    public Collection {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(paging, "paging");
        deletedWhen = Map.copyOf(deletedWhen);
    }

    /**
     * How requests follow one another, declared once per partner and used by name.
     *
     * @param style   one of the styles that the sync engine knows
     * @param options what the style must be told: names of parameters and of fields in the answer
     */
    public record PagingStyle(String name, String style, JsonNode options) {

        public String text(String option) {
            return options.path(option).asText("");
        }

        /** Whether a list is asked for what is new since the last time; else it is read whole each time. */
        public boolean isIncremental() {
            return switch (style) {
                case "pages", "newest-first" -> !text("startParameter").isEmpty();
                default -> true;
            };
        }

        public int number(String option, int otherwise) {
            return options.path(option).asInt(otherwise);
        }
    }

    /**
     * Events about objects.
     *
     * @param paging  how the feed is read
     * @param types   which of them are about this collection
     * @param deletes those of the types after which the object is gone
     */
    public record Changes(PagingStyle paging, Set<String> types, Set<String> deletes) {
    }
}
