package dev.serai.warehouse;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the rows of a result into values that JSON has. What JSON has not, such as NaN or a date, becomes text. */
final class JsonValues {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS");
    private static final DateTimeFormatter FINE_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private final List<String> columns = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    JsonValues(ResultSetMetaData metaData) throws SQLException {
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            columns.add(metaData.getColumnLabel(i));
            types.add(metaData.getColumnTypeName(i));
        }
    }

    List<String> columns() {
        return Collections.unmodifiableList(columns);
    }

    List<Object> row(ResultSet rows) throws SQLException {
        List<Object> row = new ArrayList<>(types.size());
        for (int i = 1; i <= types.size(); i++) {
            row.add(value(rows, i, types.get(i - 1)));
        }
        return row;
    }

    private static Object value(ResultSet rows, int column, String type) throws SQLException {
        Object value = rows.getObject(column);
        if (value == null) {
            return null;
        }
        if (type.equals("TIMESTAMP WITH TIME ZONE") || type.equals("timestamptz")) {
            return time(rows.getObject(column, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
        }
        if (type.startsWith("TIMESTAMP") || type.equals("timestamp")) {
            return time(rows.getObject(column, LocalDateTime.class));
        }
        return value instanceof java.sql.Blob ? rows.getString(column) : plain(value);
    }

    private static Object plain(Object value) throws SQLException {
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number) {
            return Double.isFinite(number.doubleValue()) || !(number instanceof Double || number instanceof Float)
                    ? number : number.toString();
        }
        if (value instanceof Array array) {
            List<Object> list = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                list.add(plain(element));
            }
            return list;
        }
        if (value instanceof Struct struct) {
            return struct.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
            }
            return plain;
        }
        if (value instanceof LocalDateTime time) {
            return time(time);
        }
        return value instanceof java.sql.Timestamp time ? time(time.toLocalDateTime()) : value.toString();
    }

    private static String time(LocalDateTime time) {
        return (time.getNano() % 1_000_000 == 0 ? TIME : FINE_TIME).format(time) + "Z";
    }
}
