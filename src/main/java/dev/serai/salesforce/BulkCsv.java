package dev.serai.salesforce;

import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Reads one part of a Bulk job's results: text in which types are lost, whole numbers have a fraction, null is empty and
 * NULs may stand. One row is held at a time.
 *
 * <p>Hazard: a part that was cut off between two rows looks complete; compare {@link #count} with the header
 * {@code Sforce-NumberOfRecords}.
 */
public final class BulkCsv implements Iterator<Row>, AutoCloseable {

    private static final CsvMapper MAPPER = CsvMapper.csvBuilder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();

    private final MappingIterator<String[]> lines;
    private final SerializedString[] names;
    private final FieldKind[] kinds;
    private final Row.Writer writer;
    private int count;

    /** @throws IOException if the head cannot be read, or there is none */
    public BulkCsv(InputStream csv, Describe describe) throws IOException {
        lines = MAPPER.readerFor(String[].class).readValues(csv);
        if (!lines.hasNextValue()) {
            throw new IOException("the result of the Bulk job is empty: not even its head is there");
        }
        String[] head = lines.nextValue();
        names = new SerializedString[head.length];
        kinds = new FieldKind[head.length];
        for (int at = 0; at < head.length; at++) {
            names[at] = new SerializedString(head[at]);
            kinds[at] = describe.field(head[at]).map(Describe.Field::kind).orElse(FieldKind.TEXT);
        }
        writer = new Row.Writer(describe);
    }

    @Override
    public boolean hasNext() {
        try {
            return lines.hasNextValue();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more rows");
        }
        try {
            String[] values = lines.nextValue();
            if (values.length != names.length) {
                throw new IOException("it has " + values.length + " of " + names.length + " columns");
            }
            writer.begin();
            for (int at = 0; at < names.length; at++) {
                writer.field(names[at], kinds[at], values[at]);
            }
            count++;
            return writer.end();
        } catch (IOException | RuntimeJsonMappingException e) {
            throw broken(e instanceof IOException io ? io : new IOException(e));
        }
    }

    /** How many rows were read so far. */
    public int count() {
        return count;
    }

    private UncheckedIOException broken(IOException cause) {
        return new UncheckedIOException("row " + (count + 1) + " of the Bulk job's result cannot be read", cause);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
