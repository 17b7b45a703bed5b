package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.duckdb.DuckDBConnection;

/**
 * BigQuery's REST API, version 2, as far as Google's client uses it for Serai: datasets, tables, query jobs with
 * parameters and scripts, resumable uploads of load jobs, paging, errors. The engine is DuckDB in memory, behind
 * {@link GoogleSql}. Read {@link Script} for what it refuses.
 */
public final class FakeBigQuery implements AutoCloseable {

    /** The one project. */
    public static final String PROJECT = "serai-test";

    private static final Pattern PATH = Pattern.compile("(/upload)?/bigquery/v2/projects/([^/]+)/(datasets|jobs|queries)(?:/([^/]+))?"
            + "(?:/(tables)(?:/([^/]+))?(?:/(data))?)?");
    private static final int PAGE = 50;
    private static final int MAX_REQUEST = 10 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // else each answer waits for the client's delayed acknowledgement of its headers
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final DuckDBConnection root;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Catalog catalog = new Catalog(PROJECT);
    private final Jobs jobs;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger uploadNumber = new AtomicInteger();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private record Upload(JsonNode job, ByteArrayOutputStream file) {
    }

    /** A request: method, path and query, and the body as text. */
    public record Request(String line, String body) {
    }

    private record Fault(Predicate<Request> when, AtomicInteger times, ApiError error, Runnable before) {
    }

    private record Answer(int status, ObjectNode body, Map<String, String> headers) {
    }

    public FakeBigQuery() {
        try {
            root = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            try (Statement statement = root.createStatement()) {
                statement.execute("SET GLOBAL threads = 2; SET GLOBAL memory_limit = '400MB'; SET GLOBAL TimeZone = 'UTC'");
                statement.execute("CREATE MACRO format_timestamp(form, moment) AS strftime(moment, replace(replace(replace(form,"
                        + " '%E4Y', '%Y'), '%E3S', '%S.%g'), '%E6S', '%S.%f'))");
                statement.execute("CREATE MACRO timestamp_micros(micros) AS make_timestamp(micros)");
                statement.execute("CREATE MACRO unix_micros(moment) AS epoch_us(moment)");
                statement.execute("CREATE MACRO to_json_string(item) AS CAST(to_json(item) AS VARCHAR)");
            }
            jobs = new Jobs(PROJECT, catalog, this::connection, threads);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the fake does not start", e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The engine, for assertions. */
    public Connection connection() throws SQLException {
        return root.duplicate();
    }

    /** What BigQuery says of a table beyond its columns. */
    public String properties(String dataset, String table) {
        return catalog.properties(dataset, table).toString();
    }

    public String location(String dataset) {
        return catalog.location(dataset);
    }

    /** Method and path of every request so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The next requests like this are answered with an error. */
    public void fail(Predicate<Request> when, int times, int status, String reason, String message) {
        faults.add(new Fault(when, new AtomicInteger(times), new ApiError(status, reason, message), () -> { }));
    }

    /** The next requests like this are carried out, but their answers get lost. */
    public void loseAnswers(Predicate<Request> when, int times) {
        faults.add(new Fault(when, new AtomicInteger(times), null, null));
    }

    /** Something happens just before the next request like this is carried out. */
    public void before(Predicate<Request> when, Runnable action) {
        faults.add(new Fault(when, new AtomicInteger(1), null, action));
    }

    /** No request fails any more. */
    public void heal() {
        faults.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            root.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                    body = in.readAllBytes();
                }
            }
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(line);
            Fault fault = fault(new Request(line, exchange.getRequestMethod().equals("PUT") ? "" : new String(body, StandardCharsets.UTF_8)));
            Answer answer;
            try {
                if (fault != null && fault.before() != null) {
                    fault.before().run();
                }
                if (fault != null && fault.error() != null) {
                    throw fault.error();
                }
                answer = answer(exchange, body);
            } catch (ApiError e) {
                answer = new Answer(e.code, e.body(), Map.of());
            } catch (SQLException | RuntimeException e) {
                answer = new Answer(500, new ApiError(500, "internalError", e.toString()).body(), Map.of());
            }
            if (fault == null || fault.before() != null) {
                send(exchange, answer);
            }
        }
    }

    private Fault fault(Request request) {
        for (Fault fault : faults) {
            if (fault.when().test(request)) {
                if (fault.times().decrementAndGet() == 0) {
                    faults.remove(fault);
                }
                return fault;
            }
        }
        return null;
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.body() == null ? new byte[0] : JSON.writeValueAsBytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Answer answer(HttpExchange exchange, byte[] body) throws ApiError, SQLException, IOException {
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            throw new ApiError(404, "notFound", "Not Found");
        }
        if (!path.group(2).equals(PROJECT)) {
            throw ApiError.notFound("Project " + path.group(2));
        }
        Map<String, String> query = query(exchange);
        String method = exchange.getRequestMethod();
        if (path.group(1) != null) {
            return upload(exchange, query, body);
        }
        if (body.length > MAX_REQUEST) {
            throw new ApiError(400, "badRequest", "Request payload size exceeds the limit: " + MAX_REQUEST + " bytes.");
        }
        JsonNode request = body.length == 0 ? null : JSON.readTree(body);
        try (Connection connection = connection()) {
            return new Answer(method.equals("DELETE") ? 204 : 200, switch (path.group(3)) {
                case "jobs" -> request == null ? jobs.get(path.group(4)) : jobs.insert(request);
                case "queries" -> request == null ? jobs.results(path.group(4), query.get("maxResults"), query.get("pageToken"))
                        : jobs.query(request);
                default -> path.group(5) == null ? dataset(connection, method, path.group(4), query, request)
                        : table(connection, method, path, query, request);
            }, Map.of());
        }
    }

    private ObjectNode dataset(Connection connection, String method, String name, Map<String, String> query, JsonNode request)
            throws ApiError, SQLException {
        List<String> all = catalog.datasets(connection);
        if (method.equals("POST")) {
            String wanted = request.at("/datasetReference/datasetId").asText();
            if (all.contains(wanted)) {
                throw ApiError.duplicate("Dataset " + PROJECT + ":" + wanted);
            }
            catalog.locate(wanted, request.path("location").asText("US"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA " + GoogleSql.quoted(wanted, '"'));
            }
            return catalog.dataset(wanted);
        }
        if (name == null) {
            boolean hidden = "true".equals(query.get("all"));
            return page(all.stream().filter(dataset -> hidden || !dataset.startsWith("_")).map(catalog::dataset).toList(), "datasets", query);
        }
        if (!all.contains(name)) {
            throw ApiError.notFound("Dataset " + PROJECT + ":" + name);
        }
        return catalog.dataset(name);
    }

    private ObjectNode table(Connection connection, String method, Matcher path, Map<String, String> query, JsonNode request)
            throws ApiError, SQLException {
        String dataset = path.group(4);
        String name = path.group(6);
        if (path.group(7) != null) {
            return jobs.data(name, query.get("maxResults"), query.get("pageToken"));
        }
        if (name == null) {
            return request != null ? catalog.create(connection, dataset, request) : page(catalog.tables(connection, dataset).stream()
                    .map(table -> catalog.listed(dataset, table)).toList(), "tables", query);
        }
        if (method.equals("DELETE")) {
            catalog.drop(connection, dataset, name);
            return null;
        }
        return catalog.table(connection, dataset, name);
    }

    private static ObjectNode page(List<ObjectNode> all, String field, Map<String, String> query) {
        int from = Integer.parseInt(query.getOrDefault("pageToken", "0"));
        int to = Math.min(all.size(), from + Math.min(PAGE, Integer.parseInt(query.getOrDefault("maxResults", "50"))));
        ObjectNode page = JSON.createObjectNode().put("totalItems", all.size());
        ArrayNode items = page.putArray(field);
        items.addAll(all.subList(from, to));
        if (to < all.size()) {
            page.put("nextPageToken", Integer.toString(to));
        }
        return page;
    }

    /** Resumable uploads, by Google's document "Resumable uploads" of the load job API. */
    private Answer upload(HttpExchange exchange, Map<String, String> query, byte[] body) throws ApiError, IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String id = "upload-" + uploadNumber.incrementAndGet();
            uploads.put(id, new Upload(JSON.readTree(body), new ByteArrayOutputStream()));
            return new Answer(200, null, Map.of("Location", url() + exchange.getRequestURI() + "&upload_id=" + id));
        }
        Upload upload = uploads.get(query.get("upload_id"));
        if (upload == null) {
            throw new ApiError(404, "notFound", "no such upload");
        }
        upload.file().write(body);
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        if (range.endsWith("/*")) {
            return new Answer(308, null, Map.of("Range", "bytes=0-" + (upload.file().size() - 1)));
        }
        uploads.remove(query.get("upload_id"));
        return new Answer(200, jobs.load(upload.job(), upload.file().toByteArray()), Map.of());
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getQuery();
        if (text != null) {
            for (String pair : text.split("&")) {
                query.put(pair.split("=", 2)[0], pair.contains("=") ? pair.split("=", 2)[1] : "");
            }
        }
        return query;
    }
}
