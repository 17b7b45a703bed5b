package dev.serai.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.duckdb.DuckDBConnection;

/**
 * Snowflake for the unmodified JDBC driver: login with password or key pair, queries with JSON results, files put to a
 * stage that is a folder here, sessions that end. SQL is {@link SnowflakeStatement}'s, run on a DuckDB per database.
 *
 * <p>It has DuckDB's types and optimizer; a test of those says nothing of Snowflake. Sources: Snowflake's JDBC driver,
 * which is published with its sources and says what it sends and reads; Snowflake Documentation, "Transactions".
 */
final class FakeSnowflake implements AutoCloseable {

    static final String USER = "SERAI";
    static final String PASSWORD = "Secret-1";

    /** What a session has unless it is told otherwise, as far as the driver asks for it. */
    private static final Map<String, Object> PARAMETERS = Map.ofEntries(Map.entry("AUTOCOMMIT", true),
            Map.entry("TIMEZONE", "America/Los_Angeles"), Map.entry("CLIENT_PREFETCH_THREADS", 4), Map.entry("CLIENT_MEMORY_LIMIT", 1536),
            Map.entry("CLIENT_RESULT_CHUNK_SIZE", 160), Map.entry("CLIENT_SESSION_KEEP_ALIVE", false), Map.entry("JDBC_TREAT_DECIMAL_AS_INT", true),
            Map.entry("JDBC_EXECUTE_RETURN_COUNT_FOR_DML", false), Map.entry("CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", 65280),
            Map.entry("TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"), Map.entry("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3"),
            Map.entry("TIMESTAMP_LTZ_OUTPUT_FORMAT", ""), Map.entry("TIMESTAMP_TZ_OUTPUT_FORMAT", ""), Map.entry("DATE_OUTPUT_FORMAT", "YYYY-MM-DD"),
            Map.entry("TIME_OUTPUT_FORMAT", "HH24:MI:SS"), Map.entry("BINARY_OUTPUT_FORMAT", "HEX"));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-snowflake");
        thread.setDaemon(true);
        return thread;
    });
    private final Path stage;
    private final Map<String, Database> databases = new ConcurrentHashMap<>();
    private final Map<String, SnowflakeStatement.Session> sessions = new ConcurrentHashMap<>();
    private volatile PublicKey key;

    /** A database: DuckDB, and who has which table's lock. */
    record Database(DuckDBConnection root, SnowflakeLocks locks) {
    }

    FakeSnowflake() throws IOException {
        stage = Files.createTempDirectory("fake-snowflake-stage");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/session/v1/login-request", exchange -> answer(exchange, this::login));
        server.createContext("/queries/v1/query-request", exchange -> answer(exchange, this::query));
        server.createContext("/session", exchange -> answer(exchange, this::endSession));
        server.createContext("/", exchange -> answer(exchange, (asked, body) -> success(Json.MAPPER.createObjectNode())));
        server.start();
    }

    String url(String database) {
        return "jdbc:snowflake://localhost:" + server.getAddress().getPort() + "/?db=" + database + "&warehouse=LOADING&account=fake&ssl=off";
    }

    /** What the user's public key is. */
    void setKey(PublicKey publicKey) {
        key = publicKey;
    }

    /** Made when first asked for: a database of this name exists by then. */
    Database database(String name) {
        return databases.computeIfAbsent(name.toUpperCase(java.util.Locale.ROOT), FakeSnowflake::newDatabase);
    }

    /** Files on the stage, of all users. */
    Path stage() {
        return stage;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static Database newDatabase(String name) {
        try {
            DuckDBConnection root = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            try (Statement statement = root.createStatement()) {
                statement.execute("SET GLOBAL TimeZone = 'UTC'");
                for (String sql : SnowflakeStatement.CATALOG) {
                    statement.execute(sql);
                }
            }
            return new Database(root, new SnowflakeLocks());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Answering {
        JsonNode answer(HttpExchange asked, JsonNode body) throws IOException, SQLException, GeneralSecurityException;
    }

    private static void answer(HttpExchange exchange, Answering answering) throws IOException {
        try (exchange) {
            InputStream in = exchange.getRequestBody();
            boolean isGzipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body = isGzipped ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
            boolean isJson = body.length > 0 && body[0] == '{';
            JsonNode answer;
            try {
                answer = answering.answer(exchange, isJson ? Json.MAPPER.readTree(body) : Json.MAPPER.createObjectNode());
            } catch (SnowflakeStatement.Failure e) {
                answer = failure(e);
            } catch (SQLException | GeneralSecurityException | RuntimeException e) {
                answer = failure(new SnowflakeStatement.Failure(1, "XX000", "the fake does not know: " + e));
            }
            byte[] bytes = Json.MAPPER.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private JsonNode login(HttpExchange exchange, JsonNode body) throws SQLException, GeneralSecurityException, IOException {
        JsonNode data = body.path("data");
        boolean isKeyPair = data.path("AUTHENTICATOR").asText().equalsIgnoreCase("SNOWFLAKE_JWT");
        if (isKeyPair && !isSigned(data.path("TOKEN").asText())) {
            throw new SnowflakeStatement.Failure(390_144, "08001", "JWT token is invalid.");
        }
        if (!isKeyPair && !(data.path("LOGIN_NAME").asText().equalsIgnoreCase(USER) && data.path("PASSWORD").asText().equals(PASSWORD))) {
            throw new SnowflakeStatement.Failure(390_100, "08001", "Incorrect username or password was specified.");
        }
        String database = parameter(exchange, "databaseName");
        if (!databases.containsKey(database.toUpperCase(java.util.Locale.ROOT))) {
            throw new SnowflakeStatement.Failure(390_201, "08004", "The requested database does not exist or not authorized.");
        }
        String token = UUID.randomUUID().toString();
        sessions.put(token, new SnowflakeStatement.Session(database(database), stage.resolve(USER)));
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.put("token", token).put("masterToken", "m-" + token).put("validityInSeconds", 3600)
                .put("masterValidityInSeconds", 14_400).put("displayUserName", USER).put("serverVersion", "9.0.0")
                .put("sessionId", sessions.size()).put("healthCheckInterval", 45);
        ArrayNode parameters = answer.putArray("parameters");
        PARAMETERS.forEach((name, value) -> parameters.addObject().put("name", name).set("value", Json.MAPPER.valueToTree(value)));
        answer.putObject("sessionInfo").put("databaseName", database.toUpperCase(java.util.Locale.ROOT)).putNull("schemaName")
                .put("warehouseName", "LOADING").put("roleName", "LOADER");
        return success(answer);
    }

    /** RS256 by the key that the user has. */
    private boolean isSigned(String token) throws GeneralSecurityException, IOException {
        String[] parts = token.split("\\.");
        if (key == null || parts.length != 3) {
            return false;
        }
        JsonNode claims = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(key);
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
        return claims.path("sub").asText().endsWith("." + USER) && signature.verify(Base64.getUrlDecoder().decode(parts[2]));
    }

    private JsonNode query(HttpExchange exchange, JsonNode body) throws SQLException, IOException {
        SnowflakeStatement.Session session = sessions.get(token(exchange));
        if (session == null) {
            throw new SnowflakeStatement.Failure(390_114, "08001", "Authentication token has expired. The user must authenticate again.");
        }
        return success(session.run(body.path("sqlText").asText(), body.path("bindings")));
    }

    private JsonNode endSession(HttpExchange exchange, JsonNode body) throws SQLException {
        SnowflakeStatement.Session session = sessions.remove(token(exchange));
        if (session != null) {
            session.close();
        }
        return success(Json.MAPPER.createObjectNode());
    }

    private static String token(HttpExchange exchange) {
        String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return header.replaceAll("Snowflake Token=\"(.*)\"", "$1");
    }

    private static String parameter(HttpExchange exchange, String name) {
        return Arrays.stream(exchange.getRequestURI().getQuery().split("&")).filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1)).findFirst().orElse("");
    }

    private static JsonNode success(ObjectNode data) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("data", data);
        return answer.putNull("code").putNull("message").put("success", true);
    }

    private static JsonNode failure(SnowflakeStatement.Failure failure) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        String code = String.format("%06d", failure.getErrorCode());
        answer.putObject("data").put("errorCode", code).put("sqlState", failure.getSQLState())
                .put("queryId", UUID.randomUUID().toString()).put("internalError", false);
        return answer.put("code", code).put("message", failure.getMessage()).put("success", false);
    }

    /** For tests that look at the tables past the fake. */
    Connection behind(String database) throws SQLException {
        return database(database).root().duplicate();
    }
}
