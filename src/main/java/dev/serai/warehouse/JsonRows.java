package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * Rows as lines of JSON, gzipped: a member that is absent is NULL and {@code ""} is an empty text, which no form of
 * CSV tells apart in the same way in every database. Every value is written in the form of its column's type.
 */
final class JsonRows implements RowSink, AutoCloseable {

    private final JsonGenerator json;
    private final List<Column> columns;
    private final SerializableString[] names;
    private final int textBytes;
    private final String zone;
    private int at;

    /**
     * @param name from a column's name to the member's
     * @param zone what follows a time, for instance {@code +00:00}; nothing where the column has no zone
     */
    JsonRows(OutputStream out, Table table, int textBytes, UnaryOperator<String> name, String zone) throws IOException {
        json = Json.MAPPER.getFactory().createGenerator(new GZIPOutputStream(out, 64 * 1024));
        json.setRootValueSeparator(new SerializedString("\n"));
        columns = table.columns();
        names = columns.stream().map(column -> new SerializedString(name.apply(column.name)))
                .toArray(SerializableString[]::new);
        this.textBytes = textBytes;
        this.zone = zone;
    }

    @Override
    public void begin() throws IOException {
        at = 0;
        json.writeStartObject();
    }

    @Override
    public void end() throws IOException {
        json.writeEndObject();
    }

    @Override
    public void nothing() {
        at++;
    }

    @Override
    public void text(String text) throws IOException {
        boolean isMore = columns.get(at).isMore;
        member();
        json.writeString(isMore ? Texts.fitObject(text, textBytes) : Texts.fit(text, textBytes));
    }

    @Override
    public void integer(long value) throws IOException {
        member();
        json.writeNumber(value);
    }

    @Override
    public void number(double value) throws IOException {
        member();
        json.writeNumber(value);
    }

    @Override
    public void truth(boolean value) throws IOException {
        member();
        json.writeBoolean(value);
    }

    @Override
    public void time(long micros) throws IOException {
        member();
        json.writeString(IsoTime.format(micros).replace('T', ' ').replace("Z", zone));
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    private void member() throws IOException {
        json.writeFieldName(names[at++]);
    }
}
