package dev.serai.sync;

import dev.serai.partner.Collection;
import dev.serai.partner.Sources.ConfiguredSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

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

    Run(ConfiguredSource source, Collection collection, Instant now, Instant since) {
        this(source, collection, collection.endpoint(), now, since, new HashMap<>());
    }
}
