package dev.serai.warehouse;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * {@code COPY ... FROM STDIN} in the binary format, which the server reads without parsing. Source: PostgreSQL's
 * manual, COPY, "Binary Format".
 *
 * <p>Hazard: the server takes the bytes for what the column's type is, so the types must be known and locked. A text
 * cannot hold U+0000 in PostgreSQL; U+FFFD, the replacement character, stands in its place.
 */
final class PostgresCopy implements RowSink, AutoCloseable {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    /** Microseconds from 1970 to 2000, where PostgreSQL's time begins. */
    private static final long EPOCH = 946_684_800_000_000L;
    private static final int CHUNK = 64 * 1024;

    private final CopyIn copy;
    private final int columns;
    private byte[] buffer = new byte[2 * CHUNK];
    private int size;

    /** @param target what the rows go to; it has the columns of the table */
    PostgresCopy(Connection connection, String target, Table table) throws SQLException {
        copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + target + " "
                + table.columns().stream().map(column -> Sql.quoted(column.name)).collect(Collectors.joining(", ", "(", ")"))
                + " FROM STDIN (FORMAT binary)");
        columns = table.columns().size();
        System.arraycopy(HEADER, 0, buffer, 0, HEADER.length);
        size = HEADER.length;
    }

    @Override
    public void begin() {
        shortInt(columns);
    }

    @Override
    public void end() throws SQLException {
        if (size >= CHUNK) {
            flush();
        }
    }

    @Override
    public void nothing() {
        integer32(-1);
    }

    @Override
    public void text(String text) {
        int length = text.length();
        room(4 + length * 3);
        int start = size + 4;
        int at = start;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == 0 || c >= 0x80) {
                at = rest(text, i, at);
                break;
            }
            buffer[at++] = (byte) c;
        }
        integer32(at - start);
        size = at;
    }

    /** The rest of a text from its first letter that is no plain ASCII. */
    private int rest(String text, int from, int at) {
        byte[] bytes = text.substring(from).replace('\0', '\uFFFD').getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
        return at + bytes.length;
    }

    @Override
    public void integer(long value) {
        integer32(8);
        integer64(value);
    }

    @Override
    public void number(double value) {
        integer(Double.doubleToLongBits(value));
    }

    @Override
    public void truth(boolean value) {
        integer32(1);
        buffer[size++] = (byte) (value ? 1 : 0);
    }

    @Override
    public void time(long micros) {
        integer(micros - EPOCH);
    }

    /** Ends the rows and lets the server check them. */
    void finish() throws SQLException {
        shortInt(-1);
        flush();
        copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void flush() throws SQLException {
        copy.writeToCopy(buffer, 0, size);
        size = 0;
        if (buffer.length > 4 * CHUNK) {
            buffer = new byte[2 * CHUNK];
        }
    }

    private void shortInt(int value) {
        room(2);
        buffer[size++] = (byte) (value >> 8);
        buffer[size++] = (byte) value;
    }

    private void integer32(int value) {
        room(16);
        buffer[size++] = (byte) (value >> 24);
        buffer[size++] = (byte) (value >> 16);
        buffer[size++] = (byte) (value >> 8);
        buffer[size++] = (byte) value;
    }

    private void integer64(long value) {
        integer32((int) (value >> 32));
        integer32((int) value);
    }

    private void room(int bytes) {
        if (size + bytes > buffer.length) {
            buffer = java.util.Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }
}
