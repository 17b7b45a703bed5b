package dev.serai.salesforce;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One answer to a query, or to the call for the next records. Its rows are as those of {@link BulkCsv}.
 *
 * @param next what to give to queryMore; empty at the end
 */
public record QueryPage(List<Row> rows, int totalSize, Optional<String> next) {

    public QueryPage {
        rows = List.copyOf(rows);
    }

    /** @throws IOException if it is cut off, or no answer to a query */
    public static QueryPage read(InputStream json, Describe describe) throws IOException {
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(json)) {
            return new Reader(parser, describe).page();
        }
    }

    private static final class Reader {

        private final JsonParser parser;
        private final Map<String, Known> known = new HashMap<>();
        private final Row.Writer writer;

        private record Known(SerializedString name, FieldKind kind) { }

        Reader(JsonParser parser, Describe describe) {
            this.parser = parser;
            writer = new Row.Writer(describe);
            describe.fields().forEach(field ->
                    known.put(field.name(), new Known(new SerializedString(field.name()), field.kind())));
        }

        QueryPage page() throws IOException {
            expect(parser.nextToken() == JsonToken.START_OBJECT);
            List<Row> rows = null;
            int totalSize = 0;
            String next = null;
            boolean isDone = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "records" -> rows = rows();
                    case "totalSize" -> totalSize = parser.getIntValue();
                    case "done" -> isDone = parser.getBooleanValue();
                    case "nextRecordsUrl" -> next = parser.getValueAsString();
                    default -> parser.skipChildren();
                }
            }
            expect(parser.currentToken() == JsonToken.END_OBJECT && rows != null && isDone == (next == null));
            return new QueryPage(rows, totalSize, Optional.ofNullable(next));
        }

        private List<Row> rows() throws IOException {
            expect(parser.currentToken() == JsonToken.START_ARRAY);
            List<Row> rows = new ArrayList<>();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                rows.add(row());
            }
            expect(parser.currentToken() == JsonToken.END_ARRAY);
            return rows;
        }

        private Row row() throws IOException {
            writer.begin();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Known field = known.get(parser.currentName());
                JsonToken token = parser.nextToken();
                if (field == null || token.isStructStart()) {
                    // attributes, or a compound
                    parser.skipChildren();
                } else {
                    writer.field(field.name(), field.kind(), token == JsonToken.VALUE_NULL ? null : parser.getText());
                }
            }
            return writer.end();
        }

        private void expect(boolean isSo) throws IOException {
            if (!isSo) {
                throw new IOException("the answer is none to a query, or cut off, at " + parser.currentLocation());
            }
        }
    }
}
