package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows as parameters of {@code INSERT ... VALUES (...), (...)}: no text of an event ever stands in the SQL. A
 * statement ends where the protocol's 32,767 parameters or {@link #MAX_BYTES} would be passed; Redshift takes 16 MB.
 */
final class InsertRows implements RowSink {

    private static final int MAX_PARAMETERS = 32_767;
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Connection connection;
    private final StagedDialect dialect;
    private final List<Column> columns;
    private final String head;
    private final String row;
    private final List<Object> values = new ArrayList<>();
    private int bytes;

    InsertRows(Connection connection, String stage, Table table, StagedDialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
        this.columns = table.columns();
        this.head = "INSERT INTO " + stage + " (" + dialect.names(columns) + ") VALUES ";
        this.row = columns.stream()
                .map(column -> column.type() == ColumnType.TIMESTAMP ? "CAST(? AS " + dialect.type(column.type()) + ")" : "?")
                .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public void begin() {
        // a row begins where the one before it ended
    }

    @Override
    public void end() throws SQLException {
        if (values.size() + columns.size() > MAX_PARAMETERS || bytes > MAX_BYTES) {
            flush();
        }
    }

    @Override
    public void nothing() {
        values.add(null);
    }

    @Override
    public void text(String text) {
        Column column = columns.get(values.size() % columns.size());
        String fitting = column.isMore ? Texts.fitObject(text, dialect.textBytes())
                : Texts.fit(text, dialect.textBytes());
        bytes += 3 * fitting.length();
        values.add(fitting);
    }

    @Override
    public void integer(long value) {
        values.add(value);
    }

    @Override
    public void number(double value) {
        values.add(value);
    }

    @Override
    public void truth(boolean value) {
        values.add(value);
    }

    @Override
    public void time(long micros) {
        values.add(IsoTime.format(micros).replace('T', ' ').replace("Z", ""));
    }

    void finish() throws SQLException {
        if (!values.isEmpty()) {
            flush();
        }
    }

    private void flush() throws SQLException {
        int rows = values.size() / columns.size();
        try (PreparedStatement insert = connection.prepareStatement(
                head + String.join(", ", Collections.nCopies(rows, row)))) {
            for (int i = 0; i < values.size(); i++) {
                set(insert, i + 1, values.get(i), columns.get(i % columns.size()).type());
            }
            insert.executeUpdate();
        }
        values.clear();
        bytes = 0;
    }

    private static void set(PreparedStatement insert, int parameter, Object value, ColumnType type) throws SQLException {
        if (value == null) {
            insert.setNull(parameter, switch (type) {
                case BIGINT -> Types.BIGINT;
                case DOUBLE -> Types.DOUBLE;
                case BOOLEAN -> Types.BOOLEAN;
                case VARCHAR, TIMESTAMP -> Types.VARCHAR;
            });
        } else if (value instanceof Long integer) {
            insert.setLong(parameter, integer);
        } else if (value instanceof Double number) {
            insert.setDouble(parameter, number);
        } else if (value instanceof Boolean truth) {
            insert.setBoolean(parameter, truth);
        } else {
            insert.setString(parameter, (String) value);
        }
    }
}
