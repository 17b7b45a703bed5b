package dev.serai.bench;

import dev.serai.warehouse.Warehouse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A database to load, and the quickest way into it that there is without reading, planning and exactly-once. */
interface BenchDatabase extends AutoCloseable {

    String name();

    /** What the floor does, in a few words. */
    String floorName();

    /** An empty warehouse of this name, or the one that was made with it before. */
    Warehouse open(String name);

    /** A connection to a warehouse that is not open in this process. */
    Connection connect(String name) throws SQLException;

    /** Loads the rows in transactions of 20,000 and tells the seconds. */
    double floor(Map<String, Rows> tables, String name) throws Exception;

    @Override
    void close() throws Exception;

    /** Rows that the floor commits at once: as many as the loader does. */
    int FLOOR_BATCH = 20_000;
}
