package dev.serai.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.serai.model.Json;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;

/**
 * Lets only a single SELECT through, told by DuckDB's own parser, which serializes nothing else.
 *
 * <p>That is not enough: {@code SELECT * FROM enable_logging(storage = 'file', ...)} is a SELECT, passes a read-only
 * transaction and makes every later statement of the whole database fail. So a table function must be one of a short
 * list, and a few scalar ones are refused. The check must come before the driver sees the text: it runs all but the
 * last of several statements when it prepares them.
 */
final class SelectGuard {

    private static final int MAX_LENGTH = 64 * 1024;

    private static final Set<String> TABLE_FUNCTIONS = Set.of("range", "generate_series", "unnest", "repeat", "json_each",
            "json_tree", "histogram", "histogram_values", "duckdb_tables", "duckdb_columns", "duckdb_schemas",
            "duckdb_views", "duckdb_functions", "duckdb_types", "duckdb_keywords", "pragma_table_info", "pragma_version",
            "pragma_database_size", "icu_calendar_names", "pg_timezone_names", "summary");

    private static final Set<String> REFUSED_FUNCTIONS = Set.of("write_log", "nextval", "setseed", "sleep_ms", "pg_sleep",
            "getenv", "json_execute_serialized_sql", "query", "query_table");

    private static final Pattern EXPLAIN = Pattern.compile("(?is)EXPLAIN\\s++(?:ANALYZE\\s++)?+");

    private SelectGuard() {
    }

    static void check(DuckDBConnection connection, String sql) throws QueryException, SQLException {
        if (sql.length() > MAX_LENGTH) {
            throw refused("a query may have " + MAX_LENGTH + " characters");
        }
        Matcher explain = EXPLAIN.matcher(sql).region(start(sql), sql.length());
        JsonNode parsed = parse(connection, explain.lookingAt() ? sql.substring(explain.end()) : sql);
        if (parsed.path("error").asBoolean()) {
            String message = parsed.path("error_message").asText();
            if (parsed.path("error_type").asText().equals("not implemented")) {
                throw refused("only one SELECT can be run here (WITH, VALUES, FROM, SHOW, DESCRIBE, SUMMARIZE and EXPLAIN"
                        + " of a SELECT too)");
            }
            throw new QueryException(QueryException.Code.INVALID, message);
        }
        if (parsed.path("statements").size() != 1) {
            throw refused("one statement is expected, there are " + parsed.path("statements").size());
        }
        checkFunctions(parsed);
    }

    /** Where the first word begins, after blanks and comments. */
    private static int start(String sql) {
        int at = 0;
        while (at < sql.length()) {
            int next = at;
            if (Character.isWhitespace(sql.charAt(at))) {
                next = at + 1;
            } else if (sql.startsWith("--", at)) {
                next = sql.indexOf('\n', at);
            } else if (sql.startsWith("/*", at)) {
                next = sql.indexOf("*/", at) + 2;
            }
            if (next <= at) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static JsonNode parse(DuckDBConnection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT json_serialize_sql(CAST(? AS VARCHAR))")) {
            statement.setString(1, sql);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Json.MAPPER.readTree(row.getString(1));
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("DuckDB's parse tree cannot be read", e);
        }
    }

    private static void checkFunctions(JsonNode node) throws QueryException {
        String type = node.path("type").asText();
        if (type.equals("TABLE_FUNCTION")) {
            String name = node.path("function").path("function_name").asText().toLowerCase(Locale.ROOT);
            if (!TABLE_FUNCTIONS.contains(name)) {
                throw refused("the table function '" + name + "' cannot be used here");
            }
        }
        String function = node.path("function_name").asText().toLowerCase(Locale.ROOT);
        if (REFUSED_FUNCTIONS.contains(function)) {
            throw refused("the function '" + function + "' cannot be used here");
        }
        for (JsonNode child : node) {
            checkFunctions(child);
        }
    }

    private static QueryException refused(String message) {
        return new QueryException(QueryException.Code.FORBIDDEN, message);
    }
}
