package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.SQLException;

/**
 * Takes rows into a table in the form in which a database is quickest to read them: between {@link #begin} and
 * {@link #end} one call per column, in the table's order and of the column's type.
 */
interface RowSink {

    void begin() throws IOException, SQLException;

    void end() throws IOException, SQLException;

    void nothing() throws IOException, SQLException;

    void text(String text) throws IOException, SQLException;

    void integer(long value) throws IOException, SQLException;

    void number(double value) throws IOException, SQLException;

    void truth(boolean value) throws IOException, SQLException;

    /** @param micros since 1970, UTC */
    void time(long micros) throws IOException, SQLException;

    default void textOrNothing(String text) throws IOException, SQLException {
        if (text == null) {
            nothing();
        } else {
            text(text);
        }
    }

    default void timeOrNothing(long micros) throws IOException, SQLException {
        if (micros == IsoTime.NONE) {
            nothing();
        } else {
            time(micros);
        }
    }

    /** A value as it was read from the column, times as microseconds. */
    default void stored(ColumnType type, Object value) throws IOException, SQLException {
        if (value == null) {
            nothing();
            return;
        }
        switch (type) {
            case VARCHAR -> text(value.toString());
            case BIGINT -> integer(((Number) value).longValue());
            case DOUBLE -> number(((Number) value).doubleValue());
            case BOOLEAN -> truth((boolean) value);
            case TIMESTAMP -> time(((Number) value).longValue());
        }
    }

    /** The value of this index as the column's type has it; nothing for an index below zero. */
    default void value(ColumnType type, Values values, int index) throws IOException, SQLException {
        if (index < 0) {
            nothing();
            return;
        }
        Kind kind = values.kind(index);
        switch (type) {
            case VARCHAR -> textOrNothing(values.text(index));
            case BIGINT -> integer(kind == Kind.LONG ? values.bits(index) : (long) values.number(index));
            case DOUBLE -> number(kind == Kind.LONG ? (double) values.bits(index) : values.number(index));
            case BOOLEAN -> truth(values.bits(index) != 0);
            case TIMESTAMP -> time(values.bits(index));
        }
    }
}
