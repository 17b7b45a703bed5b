package dev.serai.warehouse;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides which events of a batch are not in the warehouse yet; of objects the newest wins, however often it comes. */
interface Novelty {

    /** Before the events of a transaction are asked about. */
    default void prepare(Session session, Catalog catalog, List<TakenRecord> records) throws WarehouseFault {
    }

    /** Asked once per event of a transaction, in order; one that comes twice is new once. */
    boolean isNew(FlatEvent event);

    /**
     * By what one table has: for a back-fill, which reads events that were loaded long ago. State is merged again as
     * if it were new, since merging in the order of time comes to the same end.
     */
    final class InTable implements Novelty {

        private final String schema;
        private final String table;
        private final boolean isState;
        private final Set<String> known = new HashSet<>();

        InTable(String schema, String table) {
            this.schema = schema;
            this.table = table;
            this.isState = Catalog.standards(table) == Standard.STATE;
        }

        @Override
        public void prepare(Session session, Catalog catalog, List<TakenRecord> records) throws WarehouseFault {
            known.clear();
            Table there = isState ? null : catalog.ofEvents(schema, table);
            if (there == null || !there.isStored()) {
                return;
            }
            Set<String> ids = new HashSet<>();
            long from = Long.MAX_VALUE;
            long to = Long.MIN_VALUE;
            for (TakenRecord record : records) {
                FlatEvent event = record.event();
                if (event != null && Names.schema(event.source).equals(schema)) {
                    ids.add(event.messageId);
                    from = Math.min(from, event.receivedAt);
                    to = Math.max(to, event.receivedAt);
                }
            }
            if (!ids.isEmpty()) {
                known.addAll(session.existing(there, ids, from, to));
            }
        }

        @Override
        public boolean isNew(FlatEvent event) {
            return isState || known.add(event.messageId);
        }
    }
}
