package dev.serai.sync;

import dev.serai.partner.Collection;
import dev.serai.partner.Sources.ConfiguredSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One run of one collection, as its paging sees it.
 *
 * @param endpoint the collection's, the parent's id put in
 * @param now      the partner's clock when the run began, as well as the hub knows it
 * @param since    nothing older is wanted; {@link Instant#EPOCH} for all
 * @param memory   what a paging learns in a run and may lose
 */
record Run(ConfiguredSource source, Collection collection, String endpoint, Instant now, Instant since,
           Map<String, Object> memory) {

    /** In {@link #memory}: a Set of the fields that are text whatever they look like. */
    static final String TEXT_FIELDS = "textFields";

    /** The fields of a record that its paging and its collection ask for. */
    Set<String> fields() {
        Set<String> fields = new HashSet<>(collection.deletedWhen().keySet());
        fields.add(collection.id());
        fields.add("id");
        fields.add(collection.version());
        fields.add(collection.paging().text("createdField"));
        fields.remove("");
        return fields;
    }

    /** Fields that are text whatever they look like. */
    @SuppressWarnings("unchecked")
    Set<String> texts() {
        return (Set<String>) memory.getOrDefault(TEXT_FIELDS, Set.of());
    }

    Run(ConfiguredSource source, Collection collection, Instant now, Instant since) {
        this(source, collection, collection.endpoint(), now, since, new HashMap<>());
    }
}
