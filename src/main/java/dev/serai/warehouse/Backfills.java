package dev.serai.warehouse;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/** The back-fills of one loader: at most one per table, and those that an earlier process did not end. */
final class Backfills implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+\\.[a-z0-9_]+");

    private final LoaderContext context;
    private final Warehouse warehouse;
    private final BatchLimits limits;
    private final Map<String, Backfill> byTable = new ConcurrentSkipListMap<>();
    private boolean hasResumed;
    private volatile boolean closed;

    Backfills(LoaderContext context, Warehouse warehouse, BatchLimits limits) {
        this.context = context;
        this.warehouse = warehouse;
        this.limits = limits;
    }

    /**
     * @param topicIds by topic; null while they are not known
     * @throws IllegalArgumentException if the selection leaves the table out, or this is no name of a table
     * @throws IllegalStateException    if the warehouse is not being loaded
     */
    BackfillStatus begin(String table, Map<String, String> topicIds) {
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException("a table is written with its schema, such as website.order_completed");
        }
        if (!isSelected(table)) {
            throw new IllegalArgumentException("'" + table + "' is left out by the include and exclude settings of warehouse '"
                    + warehouse.name() + "'");
        }
        if (topicIds == null || closed) {
            throw new IllegalStateException("warehouse '" + warehouse.name() + "' is not being loaded at the moment; try again");
        }
        return byTable.compute(table, (name, running) -> {
            if (running != null && !running.status().ended()) {
                return running;
            }
            Backfill begun = new Backfill(context, topicIds, warehouse, table, limits);
            begun.start();
            return begun;
        }).status();
    }

    private boolean isSelected(String table) {
        String[] parts = table.split("\\.");
        return warehouse.selection().hasTable(parts[0], parts[1]);
    }

    /** Goes on with what is found among the stored positions, the first time it is asked. */
    void resume(Collection<Partition> stored, Map<String, String> topicIds) {
        if (!hasResumed) {
            hasResumed = true;
            stored.stream().flatMap(partition -> topicIds.values().stream()
                    .flatMap(topicId -> Backfill.table(partition.topicId(), topicId).stream())).distinct()
                    .filter(this::isSelected).forEach(table -> begin(table, topicIds));
        }
    }

    List<BackfillStatus> statuses() {
        return byTable.values().stream().map(Backfill::status).toList();
    }

    @Override
    public void close() {
        closed = true;
        byTable.values().forEach(Backfill::close);
    }
}
