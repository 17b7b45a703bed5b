package dev.serai.sync;

import dev.serai.partner.Collection;
import dev.serai.partner.Sources.ConfiguredSource;

/** Gets one answer from a partner: a route with the consumer of {@code sync:} in front. May be called by several threads. */
interface PageSource {

    /** @throws SyncFault for whatever is no answer to be read */
    Answer fetch(ConfiguredSource source, Collection collection, Ask ask) throws SyncFault;
}
