package dev.serai.warehouse;

/**
 * What a database takes.
 *
 * @param columns   per table; further values go to {@link Table#MORE}
 * @param rowBytes  per row as the database stores it, long texts out of line; further values go to {@link Table#MORE}
 * @param perBatch  columns of all tables that one transaction may write to, where each costs memory
 * @param tables    tables that one transaction may write to
 */
record Limits(int columns, int rowBytes, int perBatch, int tables) {

    /** Below PostgreSQL's 1,600, which counts dropped columns too; more than a table of Segment's ever had. */
    static final int COLUMNS = 1_000;

    static final int NO_LIMIT = Integer.MAX_VALUE;

    Limits(int columns, int rowBytes, int perBatch) {
        this(columns, rowBytes, perBatch, NO_LIMIT);
    }
}
