package dev.serai.warehouse;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Rows as lines of JSON for the stage: the number of their part, and every value as text in an array, in the order of
 * the table's columns. An array cannot hold null in BigQuery, so its elements are objects that may be empty.
 */
final class BigQueryRows implements RowSink {

    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private final OutputStream out;
    private final StringBuilder line = new StringBuilder();
    private int part;
    private boolean isFirst;

    BigQueryRows(OutputStream out) {
        this.out = out;
    }

    /** The rows that follow are of this part. */
    void part(int number) {
        part = number;
    }

    @Override
    public void begin() {
        line.setLength(0);
        line.append("{\"part\":").append(part).append(",\"v\":[");
        isFirst = true;
    }

    @Override
    public void end() throws IOException {
        line.append("]}\n");
        // half of a surrogate pair becomes a question mark here
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void nothing() {
        next().append("{}");
    }

    @Override
    public void text(String text) {
        next().append("{\"s\":\"");
        ENCODER.quoteAsString(text, line);
        line.append("\"}");
    }

    @Override
    public void integer(long value) {
        plain(Long.toString(value));
    }

    @Override
    public void number(double value) {
        plain(Double.toString(value));
    }

    @Override
    public void truth(boolean value) {
        plain(Boolean.toString(value));
    }

    @Override
    public void time(long micros) {
        integer(micros);
    }

    private void plain(String value) {
        next().append("{\"s\":\"").append(value).append("\"}");
    }

    private StringBuilder next() {
        if (!isFirst) {
            line.append(',');
        }
        isFirst = false;
        return line;
    }
}
