package dev.serai.console;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.serai.model.Json;
import dev.serai.warehouse.QueryResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A result as CSV of RFC 4180 in UTF-8: texts in quotes, numbers without, null as nothing at all, lists and maps as JSON.
 *
 * <p>Hazard: whoever sends an event chooses texts, and a spreadsheet runs one that begins like a formula. Such a text gets a
 * {@code '} before it, which spreadsheets take for "this is text".
 */
final class ResultCsv {

    private static final CsvMapper MAPPER = CsvMapper.csvBuilder().enable(CsvGenerator.Feature.ALWAYS_QUOTE_STRINGS).build();
    private static final CsvSchema SCHEMA = CsvSchema.emptySchema().withLineSeparator("\r\n");
    /** Behind what is not seen; the full-width forms are the same to some. */
    private static final Pattern FORMULA = Pattern.compile("(?s)[\\s\\p{Z}\\p{Cc}\\p{Cf}]*[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20].*");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private ResultCsv() {
    }

    static byte[] of(QueryResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // in an array, for of a row that is nothing of its own nulls are left out
        try (SequenceWriter rows = MAPPER.writer(SCHEMA).writeValuesAsArray(bytes)) {
            rows.write(cells(result.columns()));
            for (List<Object> row : result.rows()) {
                rows.write(cells(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }

    private static List<Object> cells(List<?> values) throws IOException {
        List<Object> cells = new ArrayList<>(values.size());
        for (Object value : values) {
            if (value instanceof String text) {
                cells.add(FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text);
            } else {
                cells.add(value instanceof Collection || value instanceof Map ? Json.MAPPER.writeValueAsString(value) : value);
            }
        }
        return cells;
    }
}
