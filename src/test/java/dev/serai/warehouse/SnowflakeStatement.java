package dev.serai.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * Snowflake's SQL on DuckDB: names without quotes in upper case, DDL that commits what is open, locks, stages, COPY,
 * and Snowflake's error numbers. Only what the loader may say is known. Sources: Snowflake Documentation, "Identifier
 * requirements", "Transactions", "PUT", "COPY INTO table", "ALTER TABLE".
 */
final class SnowflakeStatement {

    /** Snowflake's catalog, with its names and types, and those of its functions that DuckDB lacks. */
    static final List<String> CATALOG = List.of(
            "CREATE SCHEMA FAKE",
            "CREATE VIEW FAKE.TABLES AS SELECT current_database() AS TABLE_CATALOG, upper(schema_name) AS TABLE_SCHEMA, upper(table_name) AS TABLE_NAME,"
                    + " 'BASE TABLE' AS TABLE_TYPE FROM duckdb_tables() WHERE NOT temporary AND schema_name NOT IN ('main', 'FAKE')",
            "CREATE VIEW FAKE.COLUMNS AS SELECT current_database() AS TABLE_CATALOG, upper(schema_name) AS TABLE_SCHEMA, upper(table_name) AS TABLE_NAME,"
                    + " upper(column_name) AS COLUMN_NAME, column_index AS ORDINAL_POSITION, CASE data_type"
                    + " WHEN 'BIGINT' THEN 'NUMBER' WHEN 'INTEGER' THEN 'NUMBER' WHEN 'DOUBLE' THEN 'FLOAT' WHEN 'VARCHAR' THEN 'TEXT'"
                    + " WHEN 'TIMESTAMP' THEN 'TIMESTAMP_NTZ' WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP_TZ' ELSE data_type END AS DATA_TYPE,"
                    + " CASE data_type WHEN 'INTEGER' THEN 10 ELSE 38 END AS NUMERIC_PRECISION, 0 AS NUMERIC_SCALE,"
                    + " 16777216 AS CHARACTER_MAXIMUM_LENGTH FROM duckdb_columns() WHERE database_name = current_database()",
            "CREATE MACRO TO_VARCHAR(x, f) AS strftime(x, f)",
            "CREATE MACRO CONVERT_TIMEZONE(z, x) AS timezone(z, x)");

    private static final Pattern TOKEN = Pattern.compile("'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"]|\"\")*\"|[^'\"]+");
    private static final Pattern COPY = Pattern.compile("(?s)COPY INTO (\\S+) FROM @~/(\\S+) FILES = \\('([^']+)'\\) (.*)");
    private static final Pattern PUT = Pattern.compile("(?s)PUT 'file://([^']+)' @~/(\\S+) (.*)");
    private static final Pattern LOCKING = Pattern.compile("(?:UPDATE|DELETE FROM) (\\S+) .*", Pattern.DOTALL);
    private static final Pattern ALTER_TYPE = Pattern.compile("(?s)ALTER TABLE .* ALTER COLUMN .* TYPE (?!VARCHAR).*");

    private SnowflakeStatement() {
    }

    /** An error as Snowflake tells it. */
    static final class Failure extends SQLException {
        Failure(int code, String state, String message) {
            super(message, state, code);
        }
    }

    /** One login. */
    static final class Session implements AutoCloseable {

        private final DuckDBConnection duckdb;
        private final SnowflakeLocks locks;
        private final Path stage;
        private boolean isOpen;
        private boolean hasBegun;
        private long lockMillis = 12 * 3_600_000L;

        Session(FakeSnowflake.Database database, Path stage) throws SQLException {
            this.duckdb = (DuckDBConnection) database.root().duplicate();
            this.locks = database.locks();
            this.stage = stage;
        }

        /** What {@code data} of the answer is. */
        synchronized ObjectNode run(String given, JsonNode bindings) throws SQLException, IOException {
            String sql = fold(given.strip());
            String verb = sql.split("\\s+", 2)[0];
            if (sql.contains(";")) {
                throw new Failure(8, "0A000", "Actual statement count 2 did not match the desired statement count 1.");
            }
            switch (verb) {
                case "BEGIN" -> isOpen = true;
                case "COMMIT", "ROLLBACK" -> end(verb);
                case "PUT" -> {
                    return put(given.strip());
                }
                case "REMOVE" -> remove(given.strip());
                case "COPY" -> {
                    return copy(sql);
                }
                default -> {
                    if (sql.startsWith("ALTER SESSION")) {
                        set(sql);
                        return done("ALTER_SESSION", 16_640);
                    }
                    return execute(verb, sql, bindings);
                }
            }
            return done(verb, 20_480);
        }

        private void set(String sql) {
            Matcher timeout = Pattern.compile("LOCK_TIMEOUT = (\\d+)").matcher(sql);
            if (timeout.find()) {
                lockMillis = Long.parseLong(timeout.group(1)) * 1_000;
            }
        }

        private ObjectNode execute(String verb, String sql, JsonNode bindings) throws SQLException {
            if (List.of("CREATE", "ALTER", "DROP", "TRUNCATE").contains(verb)) {
                if (ALTER_TYPE.matcher(sql).matches()) {
                    throw new Failure(2_108, "22000", "SQL compilation error: cannot change column from type to another type"
                            + " because they have incompatible types.");
                }
                end("COMMIT");
            }
            Matcher locking = LOCKING.matcher(sql);
            if (locking.matches() && !locks.take(locking.group(1).replace("\"", ""), this, lockMillis)) {
                throw new Failure(625, "57014", "Statement 'x' has locked table in transaction 1 and this lock has not yet been released."
                        + " Your statement was aborted because the number of seconds LOCK_TIMEOUT passed.");
            }
            try (PreparedStatement statement = prepare(verb, sql, bindings)) {
                ObjectNode answer = statement.execute() && verb.matches("SELECT|WITH|SHOW|DESC")
                        ? rows(statement.getResultSet()) : counted(verb, statement);
                if (!isOpen) {
                    locks.release(this);
                }
                return answer;
            } catch (SQLException e) {
                if (!isOpen) {
                    locks.release(this);
                }
                throw translated(e);
            }
        }

        /** A transaction of DuckDB's sees what was committed when it began, so it begins when the first lock is there. */
        private PreparedStatement prepare(String verb, String sql, JsonNode bindings) throws SQLException {
            if (isOpen && !hasBegun) {
                command("BEGIN TRANSACTION");
                hasBegun = true;
            }
            PreparedStatement statement = duckdb.prepareStatement(translate(sql));
            for (int i = 1; i <= bindings.size(); i++) {
                JsonNode binding = bindings.path(String.valueOf(i));
                JsonNode value = binding.path("value");
                if (value.isNull()) {
                    statement.setNull(i, Types.VARCHAR);
                } else if (binding.path("type").asText().equals("FIXED")) {
                    statement.setLong(i, value.asLong());
                } else {
                    statement.setString(i, value.asText());
                }
            }
            return statement;
        }

        private void end(String verb) throws SQLException {
            try {
                if (hasBegun) {
                    command(verb);
                }
            } finally {
                hasBegun = false;
                isOpen = false;
                locks.release(this);
            }
        }

        private void command(String sql) throws SQLException {
            try (Statement statement = duckdb.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw translated(e);
            }
        }

        private ObjectNode put(String sql) throws SQLException {
            Matcher put = PUT.matcher(sql);
            if (!put.matches() || !put.group(3).contains("AUTO_COMPRESS = FALSE")) {
                throw new Failure(1_003, "42000", "SQL compilation error: syntax error line 1 unexpected 'PUT'.");
            }
            ObjectNode answer = done("PUT", 0);
            answer.put("command", "UPLOAD").put("autoCompress", false).put("sourceCompression", "gzip").put("parallel", 4)
                    .put("overwrite", false).put("clientShowEncryptionParameter", true).putArray("src_locations").add(put.group(1));
            answer.putObject("stageInfo").put("locationType", "LOCAL_FS").put("location", stage.resolve(put.group(2)).toString())
                    .put("path", "").putNull("region").putNull("endPoint").putObject("creds");
            return answer;
        }

        private void remove(String sql) throws IOException {
            Path folder = stage.resolve(sql.substring(sql.indexOf("@~/") + 3));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }

        private ObjectNode copy(String folded) throws SQLException, IOException {
            Matcher copy = COPY.matcher(folded);
            if (!copy.matches()) {
                throw new Failure(1_003, "42000", "SQL compilation error: syntax error in COPY.");
            }
            Path file = stage.resolve(copy.group(2).toLowerCase(Locale.ROOT).replaceFirst("^serai", "serai"))
                    .resolve(copy.group(3));
            if (!Files.exists(file)) {
                throw new Failure(1_00016, "02000", "Remote file '" + copy.group(3) + "' was not found.");
            }
            String options = copy.group(4);
            if (!options.contains("TYPE = JSON") || !options.contains("MATCH_BY_COLUMN_NAME = CASE_SENSITIVE")) {
                throw new Failure(2_135, "0A000", "SQL compilation error: JSON file format can produce one and only one column of"
                        + " variant, object, or array type. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy"
                        + " option or copy with transformation.");
            }
            boolean hasNullText = !options.contains("NULL_IF = ()");
            String stageTable = copy.group(1);
            List<String> read = new ArrayList<>();
            List<String> selected = new ArrayList<>();
            try (Statement statement = duckdb.createStatement(); ResultSet columns = statement.executeQuery(
                    "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'temp' AND table_name = '"
                            + stageTable.replaceAll(".*\\.", "") + "' ORDER BY column_index")) {
                while (columns.next()) {
                    String name = columns.getString(1);
                    String type = columns.getString(2);
                    read.add("'" + name + "': '" + (type.startsWith("TIMESTAMP") ? "VARCHAR" : type) + "'");
                    String value = hasNullText && type.equals("VARCHAR") ? "nullif(\"" + name + "\", '\\N')" : "\"" + name + "\"";
                    selected.add(type.startsWith("TIMESTAMP") ? "CAST(replace(" + value + ", ' +00:00', '+00') AS " + type + ")" : value);
                }
            }
            if (isOpen && !hasBegun) {
                command("BEGIN TRANSACTION");
                hasBegun = true;
            }
            try (Statement statement = duckdb.createStatement()) {
                int rows = statement.executeUpdate("INSERT INTO " + translate(stageTable) + " SELECT " + String.join(", ", selected)
                        + " FROM read_json('" + file + "', format = 'newline_delimited', compression = 'gzip', columns = {"
                        + String.join(", ", read) + "}, maximum_object_size = 33554432)");
                ObjectNode answer = done("COPY", 13_824);
                ArrayNode types = answer.putArray("rowtype");
                types.add(column("file", "text")).add(column("status", "text")).add(column("rows_parsed", "fixed")).add(column("rows_loaded", "fixed"));
                answer.putArray("rowset").addArray().add(copy.group(3)).add("LOADED").add("" + rows).add("" + rows);
                return answer;
            } catch (SQLException e) {
                throw new Failure(100_038, "22018", "Failed to cast variant value: " + e.getMessage() + "\n  File '" + copy.group(3)
                        + "', line 1, character 1");
            }
        }

        @Override
        public synchronized void close() throws SQLException {
            end("ROLLBACK");
            duckdb.close();
        }
    }

    /** Everything outside of quotes in upper case. */
    private static String fold(String sql) {
        return TOKEN.matcher(sql).results().map(MatchResult::group)
                .map(token -> token.startsWith("'") || token.startsWith("\"") ? token : token.toUpperCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String translate(String folded) {
        String sql = folded.replaceAll("_SERAI\\.STAGE_", "temp.main.STAGE_").replace("INFORMATION_SCHEMA.", "FAKE.")
                .replaceAll(" CLUSTER BY \\(TO_DATE\\(\"RECEIVED_AT\"\\)\\)", "").replace("TIMESTAMP_TZ", "TIMESTAMPTZ")
                .replace("NUMBER(38,0)", "BIGINT").replaceAll("\\bFLOAT\\b", "DOUBLE");
        return TOKEN.matcher(sql).results().map(MatchResult::group)
                .map(token -> token.startsWith("'YYYY") ? format(token) : token).collect(Collectors.joining());
    }

    private static String format(String token) {
        return token.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d").replace("HH24", "%H").replace("MI", "%M")
                .replace("SS", "%S").replace("FF6", "%f").replace("FF3", "%g").replace("\"", "");
    }

    private static ObjectNode done(String message, int type) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.putArray("parameters");
        answer.putArray("rowtype").add(column("status", "text"));
        answer.putArray("rowset").addArray().add(message + " successfully executed.");
        return answer.put("total", 1).put("returned", 1).put("queryId", UUID.randomUUID().toString()).put("queryResultFormat", "json")
                .put("statementTypeId", type == 0 ? 4096 : type).put("version", 1).put("numberOfBinds", 0).put("arrayBindSupported", false)
                .put("sendResultTime", System.currentTimeMillis());
    }

    private static ObjectNode counted(String verb, Statement statement) throws SQLException {
        int type = switch (verb) {
            case "INSERT" -> 12_544;
            case "UPDATE" -> 12_800;
            case "DELETE" -> 13_056;
            default -> 24_576;
        };
        ObjectNode answer = done(verb, type);
        if (type != 24_576) {
            answer.putArray("rowtype").add(column("number of rows affected", "fixed"));
            answer.putArray("rowset").addArray().add(String.valueOf(statement.getUpdateCount()));
        }
        return answer;
    }

    private static ObjectNode rows(ResultSet rows) throws SQLException {
        ObjectNode answer = done("SELECT", 4_096);
        ResultSetMetaData meta = rows.getMetaData();
        ArrayNode types = answer.putArray("rowtype");
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            types.add(column(meta.getColumnLabel(i), switch (meta.getColumnType(i)) {
                case Types.BIGINT, Types.INTEGER -> "fixed";
                case Types.DOUBLE -> "real";
                case Types.BOOLEAN -> "boolean";
                case Types.VARCHAR -> "text";
                default -> throw new Failure(1, "XX000", "the fake answers no column of type " + meta.getColumnTypeName(i));
            }));
        }
        ArrayNode all = answer.putArray("rowset");
        while (rows.next()) {
            ArrayNode row = all.addArray();
            for (int i = 1; i <= types.size(); i++) {
                Object value = rows.getObject(i);
                row.add(value == null ? null : value.equals(true) ? "1" : value.equals(false) ? "0" : value.toString());
            }
        }
        return answer.put("total", all.size()).put("returned", all.size());
    }

    private static ObjectNode column(String name, String type) {
        ObjectNode column = Json.MAPPER.createObjectNode().put("name", name).put("type", type).put("nullable", true)
                .put("database", "").put("schema", "").put("table", "").putNull("collation");
        return type.equals("fixed") ? column.put("precision", 38).put("scale", 0).putNull("length").putNull("byteLength")
                : column.putNull("precision").putNull("scale").put("length", 16_777_216).put("byteLength", 16_777_216);
    }

    private static Failure translated(SQLException e) {
        String message = e.getMessage();
        if (message.contains("already exists")) {
            return new Failure(2_002, "42710", "SQL compilation error:\nObject already exists.");
        }
        if (message.contains("Table with name") || message.contains("Schema with name")) {
            return new Failure(2_003, "42S02", "SQL compilation error:\nObject does not exist or not authorized. " + message);
        }
        if (message.contains("does not have a column") || message.contains("not found in FROM clause")
                || message.contains("does not contain") || message.contains("Referenced column") || message.contains("does not exist")) {
            return new Failure(904, "42000", "SQL compilation error: error line 1 at position 1\ninvalid identifier: " + message);
        }
        if (message.contains("Constraint Error")) {
            return new Failure(100_072, "22000", message);
        }
        if (message.contains("Conversion Error")) {
            return new Failure(100_038, "22018", message);
        }
        return message.contains("onflict") ? new Failure(625, "57014", message)
                : new Failure(1_003, "42000", "SQL compilation error:\n" + message);
    }
}
