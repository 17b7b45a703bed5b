package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.warehouse.bigquery.Token.Kind;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs a multi-statement query: DDL, DML, transactions, IF and RAISE, with the refusals that BigQuery documents and
 * DuckDB does not make by itself. What is open at the end, or when a statement fails, is rolled back.
 */
final class Script {

    private final Catalog catalog;
    private final Mutations mutations;
    private final Connection connection;
    private final GoogleSql sql;
    private Mutations.Transaction transaction;
    private long rowCount;
    private Result result;
    private String lastKind = "SCRIPT";

    /** Of the last SELECT. */
    record Result(Map<String, String> types, List<List<Object>> rows) {
    }

    Script(Catalog catalog, Mutations mutations, Connection connection, GoogleSql sql) {
        this.catalog = catalog;
        this.mutations = mutations;
        this.connection = connection;
        this.sql = sql;
    }

    void run(List<List<Token>> statements) throws ApiError {
        try {
            for (List<Token> statement : statements) {
                run1(statement);
            }
        } catch (SQLException e) {
            throw ApiError.of(e);
        } finally {
            if (transaction != null) {
                end(false);
            }
        }
    }

    long rowCount() {
        return rowCount;
    }

    Result result() {
        return result;
    }

    String lastKind() {
        return lastKind;
    }

    private void run1(List<Token> statement) throws ApiError, SQLException {
        String first = statement.get(0).text().toUpperCase(Locale.ROOT);
        lastKind = first;
        switch (first) {
            case "BEGIN" -> begin();
            case "COMMIT" -> end(true);
            case "ROLLBACK" -> end(false);
            case "IF" -> branch(statement);
            case "RAISE" -> throw ApiError.query(statement.get(statement.size() - 1).text() + " at [1:1]");
            case "CREATE" -> create(statement);
            case "ALTER" -> alter(statement);
            case "INSERT" -> insert(statement);
            case "UPDATE", "DELETE", "MERGE" -> change(statement);
            case "SELECT" -> select(statement);
            default -> throw ApiError.query("Syntax error: Unexpected keyword " + first + " at [1:1]");
        }
    }

    private void begin() throws SQLException, ApiError {
        if (transaction != null) {
            throw ApiError.query("Transaction is already in progress");
        }
        execute("BEGIN TRANSACTION");
        transaction = mutations.begin();
    }

    private void end(boolean commit) throws ApiError {
        if (transaction == null) {
            throw ApiError.query("There is no transaction to end");
        }
        boolean committed = false;
        try {
            execute(commit ? "COMMIT" : "ROLLBACK");
            committed = commit;
        } catch (SQLException e) {
            throw ApiError.of(e);
        } finally {
            transaction.end(committed);
            transaction = null;
        }
    }

    private void branch(List<Token> statement) throws ApiError, SQLException {
        int then = GoogleSql.find(statement, 0, "THEN");
        List<Token> condition = statement.subList(1, then).stream().map(token -> token.kind() == Kind.VARIABLE
                && token.text().equals("row_count") ? new Token(Kind.WORD, Long.toString(rowCount)) : token).toList();
        boolean holds;
        try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery("SELECT " + sql.translate(condition))) {
            row.next();
            holds = row.getBoolean(1);
        }
        if (holds) {
            for (List<Token> inner : GoogleSql.statements(statement.subList(then + 1, statement.size() - 2))) {
                run1(inner);
            }
        }
    }

    private void refuseInTransaction() throws ApiError {
        if (transaction != null) {
            throw ApiError.query("DDL statements are not supported in a transaction, except for those creating or dropping"
                    + " temporary tables or temporary functions.");
        }
    }

    private void create(List<Token> statement) throws ApiError, SQLException {
        refuseInTransaction();
        boolean ifNotExists = GoogleSql.matches(statement, 2, "IF", "NOT", "EXISTS");
        int name = ifNotExists ? 5 : 2;
        if (statement.get(1).is("SCHEMA")) {
            String dataset = statement.get(name).text().split("\\.")[1];
            int location = GoogleSql.find(statement, name, "location");
            catalog.locate(dataset, location < 0 ? "US" : statement.get(location + 2).text());
            execute("CREATE SCHEMA IF NOT EXISTS " + GoogleSql.quoted(dataset, '"'));
            return;
        }
        String[] path = statement.get(name).text().split("\\.");
        if (!catalog.columns(connection, path[1], path[2]).isEmpty()) {
            if (ifNotExists) {
                return;
            }
            throw ApiError.duplicate("Table " + path[0] + ":" + path[1] + "." + path[2]);
        }
        int end = name + 1;
        String body;
        if (statement.get(end).is("(")) {
            int close = GoogleSql.closing(statement, end);
            Set<String> names = new HashSet<>();
            for (List<Token> column : split(statement.subList(end + 1, close))) {
                Catalog.checkColumn(column.get(0).text());
                GoogleSql.type(column.get(1).text());
                if (!names.add(column.get(0).text().toLowerCase(Locale.ROOT))) {
                    throw ApiError.query("Duplicate column name " + column.get(0).text() + " in CREATE TABLE");
                }
            }
            Catalog.checkColumns(names.size());
            body = sql.translate(statement.subList(end, close + 1));
            end = close + 1;
            end = partition(path, statement, end, names);
        } else {
            body = sql.translate(statement.subList(end, statement.size()));
            end = statement.size();
        }
        if (end != statement.size()) {
            throw ApiError.query("Syntax error: Unexpected " + statement.get(end).text());
        }
        execute("CREATE TABLE " + GoogleSql.name(statement.get(name).text()) + " " + body);
    }

    private int partition(String[] path, List<Token> statement, int from, Set<String> columns) throws ApiError {
        int at = from;
        if (GoogleSql.matches(statement, at, "PARTITION", "BY", "TIMESTAMP_TRUNC", "(")) {
            String column = statement.get(at + 4).text();
            require(columns.contains(column), "Unrecognized name: " + column);
            catalog.properties(path[1], path[2]).putObject("timePartitioning").put("type", statement.get(at + 6).text()).put("field", column);
            at = GoogleSql.closing(statement, at + 3) + 1;
        }
        if (GoogleSql.matches(statement, at, "CLUSTER", "BY")) {
            ArrayNode fields = catalog.properties(path[1], path[2]).putObject("clustering").putArray("fields");
            for (List<Token> column : split(statement.subList(at + 2, statement.size()))) {
                require(columns.contains(column.get(0).text()), "Unrecognized name: " + column.get(0).text());
                fields.add(column.get(0).text());
            }
            require(fields.size() <= 4, "Table has more than 4 clustering columns");
            at = statement.size();
        }
        return at;
    }

    private void alter(List<Token> statement) throws ApiError, SQLException {
        refuseInTransaction();
        String[] path = statement.get(2).text().split("\\.");
        String table = GoogleSql.name(statement.get(2).text());
        Map<String, String> columns = catalog.required(connection, path[1], path[2]);
        List<List<Token>> actions = split(statement.subList(3, statement.size()));
        List<String> ddl = new ArrayList<>();
        for (List<Token> action : actions) {
            require(action.get(0).text().equals(actions.get(0).get(0).text()), "ALTER TABLE with different kinds of actions");
            ddl.add("ALTER TABLE " + table + " " + action(path, columns, action));
        }
        Catalog.checkColumns(columns.size() + actions.size());
        execute("BEGIN TRANSACTION");
        try {
            for (String one : ddl) {
                if (!one.endsWith(" ")) {
                    execute(one);
                }
            }
            execute("COMMIT");
        } catch (SQLException e) {
            execute("ROLLBACK");
            throw e;
        }
    }

    /** DuckDB's action, or nothing where IF EXISTS says so. */
    private String action(String[] path, Map<String, String> columns, List<Token> action) throws ApiError {
        int name = GoogleSql.find(action, 0, "EXISTS") + 1;
        name = name == 0 ? 2 : name;
        String column = action.get(name).text();
        boolean isThere = columns.keySet().stream().anyMatch(column::equalsIgnoreCase);
        String quoted = GoogleSql.quoted(column, '"');
        switch (action.get(0).text().toUpperCase(Locale.ROOT)) {
            case "ADD" -> {
                Catalog.checkColumn(column);
                require(!isThere || name > 2, "Column already exists: " + column);
                return isThere ? "" : "ADD COLUMN " + quoted + " " + GoogleSql.type(action.get(name + 1).text());
            }
            case "DROP" -> {
                require(isThere || name > 2, "Column not found: " + column);
                refuseKey(path, column);
                return isThere ? "DROP COLUMN " + quoted : "";
            }
            case "RENAME" -> {
                String to = action.get(name + 2).text();
                Catalog.checkColumn(to);
                require(isThere, "Column not found: " + column);
                require(columns.keySet().stream().noneMatch(to::equalsIgnoreCase), "Column already exists: " + to);
                refuseKey(path, column);
                return "RENAME COLUMN " + quoted + " TO " + GoogleSql.quoted(to, '"');
            }
            default -> {
                require(isThere, "Column not found: " + column);
                String from = columns.get(column);
                String to = GoogleSql.type(action.get(action.size() - 1).text());
                require(from.equals("BIGINT") && to.equals("DOUBLE"), "ALTER TABLE ALTER COLUMN SET DATA TYPE requires that the"
                        + " existing column type (" + from + ") is assignable to the new type (" + to + ")");
                return "ALTER COLUMN " + quoted + " SET DATA TYPE DOUBLE";
            }
        }
    }

    private void refuseKey(String[] path, String column) throws ApiError {
        require(!catalog.properties(path[1], path[2]).toString().contains("\"" + column + "\""),
                "Column " + column + " is a partitioning or clustering column");
    }

    private void insert(List<Token> statement) throws ApiError, SQLException {
        String table = statement.get(2).text();
        int close = GoogleSql.closing(statement, 3);
        List<String> columns = split(statement.subList(4, close)).stream().map(column -> column.get(0).text()).toList();
        if (statement.get(close + 1).is("SELECT")) {
            Map<String, String> stored = stored(table);
            List<String> types = List.copyOf(describe(sql.translate(statement.subList(close + 1, statement.size()))).values());
            for (int i = 0; i < Math.min(types.size(), columns.size()); i++) {
                String type = type(stored, columns.get(i), table);
                require(isAssignable(types.get(i), type), "Query column " + (i + 1) + " has type " + types.get(i)
                        + " which cannot be inserted into column " + columns.get(i) + ", which has type " + type);
            }
        }
        if (transaction != null) {
            transaction.touch(table);
        }
        rowCount = update(sql.translate(statement));
    }

    private void change(List<Token> statement) throws ApiError, SQLException {
        Token target = statement.stream().filter(token -> token.kind() == Kind.NAME).findFirst().orElseThrow();
        if (statement.get(0).is("MERGE")) {
            checkMerge(statement, target.text());
        } else {
            require(GoogleSql.find(statement, 0, "WHERE") > 0, statement.get(0).text() + " must have a WHERE clause");
        }
        if (transaction != null) {
            transaction.change(target.text());
            rowCount = update(sql.translate(statement));
            return;
        }
        Mutations.Transaction alone = mutations.alone(target.text());
        boolean done = false;
        try {
            rowCount = update(sql.translate(statement));
            done = true;
        } finally {
            alone.end(done);
        }
    }

    private void checkMerge(List<Token> statement, String table) throws ApiError, SQLException {
        int open = GoogleSql.find(statement, 0, "USING") + 1;
        int close = GoogleSql.closing(statement, open);
        Map<String, String> source = describe(sql.translate(statement.subList(open + 1, close)));
        Map<String, String> stored = stored(table);
        int end = GoogleSql.find(statement, close, "INSERT");
        for (int at = GoogleSql.find(statement, close, "SET") + 1; at + 4 < end; at++) {
            if (statement.get(at + 1).is("=") && statement.get(at + 2).is("S") && statement.get(at + 3).is(".")) {
                String type = source.get(statement.get(at + 4).text());
                String wanted = type(stored, statement.get(at).text(), table);
                require(isAssignable(type, wanted), "Value of type " + type + " cannot be assigned to " + statement.get(at).text()
                        + ", which has type " + wanted);
            }
        }
    }

    private Map<String, String> stored(String table) throws SQLException {
        String[] path = table.split("\\.");
        return catalog.columns(connection, path[1], path[2]);
    }

    private static String type(Map<String, String> stored, String column, String table) throws ApiError {
        for (Map.Entry<String, String> one : stored.entrySet()) {
            if (one.getKey().equalsIgnoreCase(column)) {
                return one.getValue();
            }
        }
        throw stored.isEmpty() ? ApiError.notFound("Table " + table)
                : ApiError.query("Column " + column + " is not present in table " + table + " at [1:1]");
    }

    private static boolean isAssignable(String from, String to) {
        return from.equals(to) || from.equals("BIGINT") && to.equals("DOUBLE");
    }

    private Map<String, String> describe(String query) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("DESCRIBE " + query)) {
            while (rows.next()) {
                // two columns without a name would be one
                types.put(types.containsKey(rows.getString(1)) ? rows.getString(1) + types.size() : rows.getString(1), rows.getString(2));
            }
        }
        return types;
    }

    private void select(List<Token> statement) throws ApiError, SQLException {
        String query = sql.translate(statement);
        Map<String, String> types = describe(query);
        List<List<Object>> rows = new ArrayList<>();
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery(query)) {
            while (found.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= types.size(); i++) {
                    Object value = found.getObject(i);
                    row.add(value instanceof Blob blob ? blob.getBytes(1, (int) blob.length()) : value);
                }
                rows.add(row);
            }
        }
        result = new Result(types, rows);
    }

    private static List<List<Token>> split(List<Token> tokens) {
        List<List<Token>> parts = new ArrayList<>();
        List<Token> part = new ArrayList<>();
        for (Token token : tokens) {
            if (token.is(",")) {
                parts.add(part);
                part = new ArrayList<>();
            } else {
                part.add(token);
            }
        }
        parts.add(part);
        return parts;
    }

    private static void require(boolean condition, String message) throws ApiError {
        if (!condition) {
            throw ApiError.query(message + " at [1:1]");
        }
    }

    private void execute(String statement) throws SQLException {
        try (Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private long update(String statement) throws SQLException {
        try (Statement run = connection.createStatement()) {
            return run.executeUpdate(statement);
        }
    }
}
