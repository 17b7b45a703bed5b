package dev.serai.salesforce;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.serai.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * One row of an sobject, whichever API it came through.
 *
 * @param id    18 characters; null if it was not asked for
 * @param stamp the value of the sobject's cursor field, in UTC with a Z; null if there is none
 * @param json  all fields asked for but IsDeleted, nulls too: the whole object
 */
public record Row(String id, String stamp, boolean isDeleted, byte[] json) {

    /** Writes rows, one after the other. */
    static final class Writer {

        private final String cursor;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        private JsonGenerator generator;
        private String id;
        private String stamp;
        private boolean isDeleted;

        Writer(Describe describe) {
            cursor = describe.cursor().orElse(null);
        }

        void begin() throws IOException {
            bytes.reset();
            id = null;
            stamp = null;
            isDeleted = false;
            generator = Json.MAPPER.getFactory().createGenerator(bytes);
            generator.writeStartObject();
        }

        /** @param text null or empty for null */
        void field(SerializedString name, FieldKind kind, String text) throws IOException {
            if (name.getValue().equals("IsDeleted")) {
                isDeleted = "true".equals(text);
                return;
            }
            generator.writeFieldName(name);
            kind.write(generator, text == null ? "" : text);
            if (name.getValue().equals("Id")) {
                id = text;
            }
            if (name.getValue().equals(cursor) && text != null && !text.isEmpty()) {
                stamp = FieldKind.utc(text);
            }
        }

        Row end() throws IOException {
            generator.writeEndObject();
            generator.close();
            return new Row(id, stamp, isDeleted, bytes.toByteArray());
        }
    }
}
