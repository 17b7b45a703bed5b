package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Datasets and tables as REST resources; DuckDB's own catalog is the truth about their columns, and what it has not
 * (partitions, clusters, expiration, location) is kept beside it.
 */
final class Catalog {

    private static final List<String> TAKEN_PREFIXES = List.of("_table_", "_file_", "_partition", "_row_timestamp",
            "__root__", "_colidentifier", "_change_sequence_number", "_change_type", "_change_timestamp");
    private static final int MAX_COLUMNS = 10_000;
    private static final Map<String, String> GOOGLE_TYPES = Map.of("VARCHAR", "STRING", "BIGINT", "INTEGER", "DOUBLE", "FLOAT",
            "BOOLEAN", "BOOLEAN", "TIMESTAMP", "TIMESTAMP", "BLOB", "BYTES", "DATE", "DATE");

    private final String project;
    private final Map<String, String> locations = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> properties = new ConcurrentHashMap<>();

    Catalog(String project) {
        this.project = project;
    }

    static void checkColumn(String name) throws ApiError {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,299}")) {
            throw ApiError.query("Invalid field name \"" + name + "\". Fields must contain only letters, numbers, and"
                    + " underscores, start with a letter or underscore, and be at most 300 characters long.");
        }
        for (String prefix : TAKEN_PREFIXES) {
            if (name.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                throw ApiError.query("Invalid field name \"" + name + "\". Field names are not allowed to start with the"
                        + " (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP, __ROOT__ and _COLIDENTIFIER");
            }
        }
    }

    static void checkColumns(int count) throws ApiError {
        if (count > MAX_COLUMNS) {
            throw ApiError.query("Too many columns: " + count);
        }
    }

    void locate(String dataset, String location) {
        locations.putIfAbsent(dataset, location);
    }

    String location(String dataset) {
        return locations.getOrDefault(dataset, "US");
    }

    /** What is known of a table beyond its columns. */
    ObjectNode properties(String dataset, String table) {
        return properties.computeIfAbsent(dataset + "." + table, key -> JsonNodeFactory.instance.objectNode());
    }

    List<String> datasets(Connection connection) throws SQLException {
        return strings(connection, "SELECT schema_name FROM information_schema.schemata WHERE catalog_name = current_database()"
                + " AND schema_name NOT IN ('main', 'information_schema', 'pg_catalog') ORDER BY 1");
    }

    List<String> tables(Connection connection, String dataset) throws SQLException, ApiError {
        if (!datasets(connection).contains(dataset)) {
            throw ApiError.notFound("Dataset " + project + ":" + dataset);
        }
        return strings(connection, "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? ORDER BY 1", dataset);
    }

    /** By name; empty if there is no such table. */
    Map<String, String> columns(Connection connection, String dataset, String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("DESCRIBE "
                + GoogleSql.quoted(dataset, '"') + "." + GoogleSql.quoted(table, '"'))) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        } catch (SQLException e) {
            if (!e.getMessage().contains("does not exist")) {
                throw e;
            }
        }
        return columns;
    }

    /** A table that must be there. */
    Map<String, String> required(Connection connection, String dataset, String table) throws SQLException, ApiError {
        Map<String, String> columns = columns(connection, dataset, table);
        if (columns.isEmpty()) {
            throw ApiError.notFound(datasets(connection).contains(dataset)
                    ? "Table " + project + ":" + dataset + "." + table : "Dataset " + project + ":" + dataset);
        }
        return columns;
    }

    ObjectNode dataset(String dataset) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode().put("kind", "bigquery#dataset")
                .put("id", project + ":" + dataset).put("location", location(dataset));
        resource.putObject("datasetReference").put("projectId", project).put("datasetId", dataset);
        return resource;
    }

    ObjectNode table(Connection connection, String dataset, String table) throws SQLException, ApiError {
        Map<String, String> columns = required(connection, dataset, table);
        ObjectNode resource = listed(dataset, table);
        resource.setAll(properties(dataset, table));
        ArrayNode fields = resource.putObject("schema").putArray("fields");
        columns.forEach((name, type) -> fields.add(field(name, type)));
        return resource.put("location", location(dataset));
    }

    ObjectNode listed(String dataset, String table) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode().put("kind", "bigquery#table").put("type", "TABLE")
                .put("id", project + ":" + dataset + "." + table);
        resource.putObject("tableReference").put("projectId", project).put("datasetId", dataset).put("tableId", table);
        return resource;
    }

    /** {@code tables.insert}. */
    ObjectNode create(Connection connection, String dataset, JsonNode resource) throws SQLException, ApiError {
        String table = resource.at("/tableReference/tableId").asText();
        if (!columns(connection, dataset, table).isEmpty()) {
            throw ApiError.duplicate("Table " + project + ":" + dataset + "." + table);
        }
        StringJoiner columns = new StringJoiner(", ", " (", ")");
        for (JsonNode field : resource.at("/schema/fields")) {
            checkColumn(field.get("name").asText());
            columns.add(GoogleSql.quoted(field.get("name").asText(), '"') + " " + duckType(field));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + GoogleSql.quoted(dataset, '"') + "." + GoogleSql.quoted(table, '"') + columns);
        }
        for (String property : List.of("rangePartitioning", "timePartitioning", "clustering", "expirationTime")) {
            if (resource.has(property)) {
                properties(dataset, table).set(property, resource.get(property));
            }
        }
        return table(connection, dataset, table);
    }

    void drop(Connection connection, String dataset, String table) throws SQLException, ApiError {
        required(connection, dataset, table);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE " + GoogleSql.quoted(dataset, '"') + "." + GoogleSql.quoted(table, '"'));
        }
        properties.remove(dataset + "." + table);
    }

    static ObjectNode field(String name, String duckType) {
        ObjectNode field = JsonNodeFactory.instance.objectNode().put("name", name).put("mode", "NULLABLE");
        if (duckType.equals("STRUCT(s VARCHAR)[]")) {
            field.put("type", "RECORD").put("mode", "REPEATED").putArray("fields").addObject().put("name", "s").put("type", "STRING");
            return field;
        }
        return field.put("type", GOOGLE_TYPES.getOrDefault(duckType, "NUMERIC"));
    }

    static String duckType(JsonNode field) throws ApiError {
        String type = field.get("type").asText();
        String duckType = switch (type) {
            case "INTEGER" -> "BIGINT";
            case "FLOAT" -> "DOUBLE";
            case "BOOLEAN" -> "BOOLEAN";
            case "RECORD", "STRUCT" -> {
                StringJoiner fields = new StringJoiner(", ", "STRUCT(", ")");
                for (JsonNode child : field.get("fields")) {
                    fields.add(GoogleSql.quoted(child.get("name").asText(), '"') + " " + duckType(child));
                }
                yield fields.toString();
            }
            default -> GoogleSql.type(type);
        };
        return field.path("mode").asText().equals("REPEATED") ? duckType + "[]" : duckType;
    }

    private static List<String> strings(Connection connection, String sql, String... parameters) throws SQLException {
        List<String> all = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.add(rows.getString(1));
                }
            }
        }
        return all;
    }
}
