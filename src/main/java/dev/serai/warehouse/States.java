package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The rows that a batch changes in a table of one row per id: users and accounts ({@link TraitStates}) and objects
 * ({@link ObjectStates}). A dialect lets {@link #read} ask for what is stored, removes the rows of {@link #replaced},
 * and writes what {@link #write} gives it: a few statements per table and batch, however many records.
 *
 * <p>Hazard: between reading and writing nobody else may change these rows, so both belong into the part of a
 * transaction that one hub has to itself. Made for one try; another try starts with what is stored then.
 */
abstract class States {

    final Table table;
    final Batch batch;

    States(Table table, Batch batch) {
        this.table = table;
        this.batch = batch;
    }

    /** Reads rows of a table. */
    interface Stored<E extends Exception> {

        /**
         * @param columns whose values are wanted
         * @param ids     of the rows, as far as there are such
         * @param row     takes values in the order of these columns: String, Number, Boolean, times as microseconds
         *                since 1970
         */
        void read(List<Column> columns, Collection<String> ids, Row row) throws E;
    }

    interface Row {
        void take(Object[] values);
    }

    final Table table() {
        return table;
    }

    /** Takes over what is stored, as far as it decides what is written. */
    abstract <E extends Exception> void read(Stored<E> stored) throws E;

    /** The ids of stored rows in whose place others are written. */
    abstract Set<String> replaced();

    /** Writes all rows. */
    abstract void write(long loadedAt, RowSink sink) throws IOException, SQLException;

    final int position(Standard standard) {
        return table.standard(standard).position;
    }

    /** A stored time, which may be text where somebody has made the column one. */
    static long micros(Object time) {
        if (time == null) {
            return IsoTime.NONE;
        }
        return time instanceof Number micros ? micros.longValue() : IsoTime.micros(time.toString());
    }
}
