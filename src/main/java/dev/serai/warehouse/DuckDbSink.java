package dev.serai.warehouse;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** Rows through DuckDB's appender. */
record DuckDbSink(DuckDBAppender appender) implements RowSink {

    @Override
    public void begin() throws SQLException {
        appender.beginRow();
    }

    @Override
    public void end() throws SQLException {
        appender.endRow();
    }

    @Override
    public void nothing() throws SQLException {
        appender.appendNull();
    }

    @Override
    public void text(String text) throws SQLException {
        appender.append(text);
    }

    @Override
    public void integer(long value) throws SQLException {
        appender.append(value);
    }

    @Override
    public void number(double value) throws SQLException {
        appender.append(value);
    }

    @Override
    public void truth(boolean value) throws SQLException {
        appender.append(value);
    }

    @Override
    public void time(long micros) throws SQLException {
        appender.appendEpochMicros(micros);
    }
}
