package dev.serai.sync;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a page of results of Salesforce's Bulk API. NUL characters, which some rows bring, are no text in any database. */
final class BulkCsv {

    private static final ObjectReader READER = new CsvMapper().enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .readerForMapOf(String.class).with(CsvSchema.emptySchema().withHeader());

    private BulkCsv() {
    }

    /** @throws SyncFault TRANSIENT if the page ends in the middle of a row, or is no CSV */
    static List<Map<String, String>> read(byte[] csv) throws SyncFault {
        String text = new String(csv, StandardCharsets.UTF_8).replace("\u0000", "");
        List<Map<String, String>> rows = new ArrayList<>();
        if (text.isBlank()) {
            return rows;
        }
        try (MappingIterator<Map<String, String>> values = READER.readValues(text)) {
            while (values.hasNext()) {
                rows.add(values.next());
            }
            return rows;
        } catch (IOException | RuntimeException e) {
            throw new SyncFault(SyncFault.Kind.TRANSIENT, "the page of results cannot be read: " + e.getMessage(), null, e);
        }
    }
}
