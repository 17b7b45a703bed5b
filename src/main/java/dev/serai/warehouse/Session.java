package dev.serai.warehouse;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A loader's connection to one warehouse: all that the loader asks of a database, done by each dialect in its own way.
 * Used by one thread at a time. After any {@link WarehouseFault} the session is closed and another one opened, which
 * reads anew where loading stands: a commit of which nothing was heard may have counted.
 */
interface Session extends AutoCloseable {

    /** Where loading stands, by partition; a partition of which nothing was ever loaded is absent. */
    Map<Partition, Position> positions() throws WarehouseFault;

    /** The names of all tables by schema, without the warehouse's own and the hub's. */
    Map<String, Set<String>> tables() throws WarehouseFault;

    /** The columns that a table has from the start in this database, by what it has in every one. */
    default List<Standard> standards(List<Standard> everywhere) {
        return everywhere;
    }

    /** A table of the database with its columns; {@link Table#complete} is the caller's. */
    Table read(Table.Shape shape) throws WarehouseFault;

    /**
     * Makes the database as these tables are wanted, or wider: another hub may have done it at the same time, which
     * must be no failure; a table that then is not as wanted is a STALE fault.
     */
    void apply(Collection<Table> tables) throws WarehouseFault;

    /** Takes into memory the message ids that are stored and not there yet: all of the last day, at first. */
    void readIds(MessageIds ids) throws WarehouseFault;

    /**
     * Writes rows, message ids and positions so that either all of it counts or nothing.
     *
     * @return false if another hub loaded some of these message ids meanwhile; nothing was written then, the ids are
     *         in memory now, and the batch must be made anew without those events
     * @throws WarehouseFault STALE also if a position is not where the load believes it to be
     */
    boolean write(Load load, MessageIds ids) throws WarehouseFault;

    /**
     * Those of these message ids that the table has already, looked for among events received in this time.
     *
     * @param from in microseconds since 1970, as {@code to}; both belong to it
     */
    Set<String> existing(Table table, Collection<String> ids, long from, long to) throws WarehouseFault;

    /** Removes what is known of a topic. */
    void forgetPositions(String topicId) throws WarehouseFault;

    /**
     * Removes rows received before this time, in pieces if a large one would hold up others.
     *
     * @param micros since 1970
     * @return how many
     */
    long removeBefore(String schema, String table, long micros) throws WarehouseFault;

    /** Removes message ids of windows before this one. */
    void forgetIds(int firstWindow) throws WarehouseFault;

    @Override
    void close();
}
