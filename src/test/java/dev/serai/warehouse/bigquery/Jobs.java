package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/** Query and load jobs, and their results page by page, as the REST resources Job, QueryResponse and TableDataList. */
final class Jobs {

    private static final int MAX_QUERY_CHARACTERS = 1024 * 1024;
    private static final long QUERY_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Few, so that a test of ten rows turns pages. */
    private static final int PAGE_ROWS = 7;

    private final String project;
    private final Catalog catalog;
    private final Mutations mutations = new Mutations();
    private final Connections connections;
    private final Executor executor;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, String> requests = new ConcurrentHashMap<>();

    interface Connections {
        Connection open() throws SQLException;
    }

    private static final class Job {
        final String id;
        final JsonNode configuration;
        final CompletableFuture<Void> end = new CompletableFuture<>();
        volatile ApiError error;
        volatile Script script;
        volatile String kind = "SELECT";

        Job(String id, JsonNode configuration) {
            this.id = id;
            this.configuration = configuration;
        }
    }

    Jobs(String project, Catalog catalog, Connections connections, Executor executor) {
        this.project = project;
        this.catalog = catalog;
        this.connections = connections;
        this.executor = executor;
    }

    /** {@code jobs.insert}: answers before the job is done. */
    ObjectNode insert(JsonNode request) throws ApiError {
        Job job = start(request.at("/jobReference/jobId").asText(), request.get("configuration"));
        executor.execute(() -> runQuery(job, request.at("/configuration/query")));
        return resource(job);
    }

    /** {@code jobs.query}: answers when the job is done, or after ten seconds. */
    ObjectNode query(JsonNode request) throws ApiError {
        String id = requests.computeIfAbsent(request.path("requestId").asText(), key -> "job_" + UUID.randomUUID());
        Job job = jobs.get(id);
        if (job == null) {
            ObjectNode configuration = JSON.createObjectNode();
            configuration.set("query", request);
            job = start(id, configuration);
            Job started = job;
            executor.execute(() -> runQuery(started, request));
        }
        return results(job, 0, PAGE_ROWS, QUERY_MILLIS);
    }

    /** The upload of {@code jobs.insert} is complete. */
    ObjectNode load(JsonNode request, byte[] file) throws ApiError {
        Job job = start(request.at("/jobReference/jobId").asText(), request.get("configuration"));
        try {
            copy(request.at("/configuration/load"), file);
        } catch (ApiError e) {
            job.error = e;
        } catch (SQLException e) {
            job.error = ApiError.of(e);
        } catch (IOException e) {
            job.error = new ApiError(400, "invalid", "Error while reading data, error message: " + e.getMessage());
        }
        job.end.complete(null);
        return resource(job);
    }

    ObjectNode get(String id) throws ApiError {
        return resource(job(id));
    }

    /** {@code jobs.getQueryResults}. */
    ObjectNode results(String id, String maxResults, String pageToken) throws ApiError {
        return results(job(id), pageToken == null ? 0 : Integer.parseInt(pageToken),
                maxResults == null ? PAGE_ROWS : Integer.parseInt(maxResults), QUERY_MILLIS);
    }

    /** {@code tabledata.list} of a query's anonymous table. */
    ObjectNode data(String table, String maxResults, String pageToken) throws ApiError {
        return results(table.substring("anon".length()), maxResults, pageToken);
    }

    private Job start(String id, JsonNode configuration) throws ApiError {
        Job job = new Job(id, configuration);
        if (jobs.putIfAbsent(id, job) != null) {
            throw ApiError.duplicate("Job " + project + ":EU." + id);
        }
        return job;
    }

    private Job job(String id) throws ApiError {
        Job job = jobs.get(id);
        if (job == null) {
            throw ApiError.notFound("Job " + project + ":" + id);
        }
        return job;
    }

    private void runQuery(Job job, JsonNode query) {
        try (Connection connection = connections.open()) {
            String text = query.get("query").asText();
            if (text.length() > MAX_QUERY_CHARACTERS) {
                throw ApiError.query("The query is too large. The maximum standard SQL query length is 1024.00K characters,"
                        + " including comments and white space characters.");
            }
            List<List<Token>> statements = GoogleSql.statements(Token.of(text));
            job.script = new Script(catalog, mutations, connection, new GoogleSql(query.path("queryParameters")));
            job.kind = statements.size() > 1 ? "SCRIPT" : statements.get(0).get(0).text().toUpperCase(Locale.ROOT);
            job.script.run(statements);
        } catch (ApiError e) {
            job.error = e;
        } catch (SQLException e) {
            job.error = ApiError.of(e);
        } catch (RuntimeException e) {
            job.error = new ApiError(400, "invalidQuery", "the fake does not understand: " + e);
        } finally {
            job.end.complete(null);
        }
    }

    private void copy(JsonNode load, byte[] file) throws ApiError, SQLException, IOException {
        String dataset = load.at("/destinationTable/datasetId").asText();
        String table = load.at("/destinationTable/tableId").asText();
        byte[] lines = file;
        if (file.length > 2 && file[0] == (byte) 0x1f && file[1] == (byte) 0x8b) {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
                lines = in.readAllBytes();
            }
        }
        Path temporary = Files.createTempFile("load", ".json");
        try (Connection connection = connections.open(); Statement statement = connection.createStatement()) {
            Map<String, String> columns = catalog.required(connection, dataset, table);
            check(new String(lines, StandardCharsets.UTF_8), columns.keySet());
            Files.write(temporary, lines);
            StringJoiner types = new StringJoiner(", ", "{", "}");
            columns.forEach((name, type) -> types.add(GoogleSql.quoted(name, '"') + ": '" + type + "'"));
            statement.execute("INSERT INTO " + GoogleSql.quoted(dataset, '"') + "." + GoogleSql.quoted(table, '"') + " SELECT "
                    + columns.keySet().stream().map(name -> GoogleSql.quoted(name, '"')).reduce((a, b) -> a + ", " + b).orElseThrow()
                    + " FROM read_json('" + temporary + "', format = 'newline_delimited', maximum_object_size = 8000000, columns = "
                    + types + ")");
        } finally {
            Files.delete(temporary);
        }
    }

    private static void check(String lines, Set<String> columns) throws ApiError {
        long row = 0;
        for (String line : lines.split("\n")) {
            row++;
            JsonNode object;
            try {
                object = JSON.readTree(line);
            } catch (IOException e) {
                throw bad(row, "Parser terminated before end of string");
            }
            Set<String> unknown = new HashSet<>();
            object.fieldNames().forEachRemaining(unknown::add);
            unknown.removeAll(columns);
            if (!unknown.isEmpty()) {
                throw bad(row, "No such field: " + unknown.iterator().next() + ".");
            }
            for (JsonNode field : object) {
                for (JsonNode element : field) {
                    if (element.isNull()) {
                        throw bad(row, "Only optional fields can be set to NULL.");
                    }
                }
            }
        }
    }

    private static ApiError bad(long row, String what) {
        return new ApiError(400, "invalid", "Error while reading data, error message: JSON table encountered too many errors,"
                + " giving up. Rows: " + row + "; errors: 1. JSON processing encountered too many errors: " + what);
    }

    private ObjectNode results(Job job, int from, int max, long patience) throws ApiError {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("kind", "bigquery#queryResponse");
        answer.set("jobReference", reference(job));
        try {
            job.end.get(patience, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return answer.put("jobComplete", false);
        } catch (InterruptedException | ExecutionException e) {
            throw new ApiError(503, "backendError", e.toString());
        }
        if (job.error != null) {
            throw job.error;
        }
        answer.put("jobComplete", true);
        Script.Result result = job.script.result();
        if (result == null) {
            return answer.put("totalRows", "0").put("numDmlAffectedRows", Long.toString(job.script.rowCount()));
        }
        ArrayNode fields = answer.putObject("schema").putArray("fields");
        result.types().forEach((name, type) -> fields.add(Catalog.field(name.matches("\\w+") ? name : "f0_", type)));
        int to = Math.min(result.rows().size(), from + max);
        ArrayNode rows = answer.put("totalRows", Integer.toString(result.rows().size())).putArray("rows");
        for (List<Object> row : result.rows().subList(from, to)) {
            ArrayNode cells = rows.addObject().putArray("f");
            row.forEach(value -> cells.addObject().set("v", cell(value)));
        }
        if (to < result.rows().size()) {
            answer.put("pageToken", Integer.toString(to));
        }
        return answer;
    }

    private static JsonNode cell(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value == null) {
            return nodes.nullNode();
        }
        return nodes.textNode(value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString());
    }

    private ObjectNode reference(Job job) {
        return JsonNodeFactory.instance.objectNode().put("projectId", project).put("jobId", job.id).put("location", "EU");
    }

    private ObjectNode resource(Job job) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode().put("kind", "bigquery#job").put("id", project + ":EU." + job.id);
        resource.set("jobReference", reference(job));
        ObjectNode configuration = job.configuration.deepCopy();
        boolean isQuery = configuration.has("query");
        resource.set("configuration", configuration.put("jobType", isQuery ? "QUERY" : "LOAD"));
        ObjectNode statistics = resource.putObject("statistics").put("creationTime", "1").put("startTime", "1");
        if (isQuery) {
            ((ObjectNode) configuration.get("query")).putObject("destinationTable").put("projectId", project)
                    .put("datasetId", "_anonymous").put("tableId", "anon" + job.id);
            statistics.putObject("query").put("statementType", job.kind);
        }
        ObjectNode status = resource.putObject("status").put("state", job.end.isDone() ? "DONE" : "RUNNING");
        if (job.end.isDone() && job.error != null) {
            status.set("errorResult", job.error.proto());
            status.putArray("errors").add(job.error.proto());
        }
        return resource;
    }
}
