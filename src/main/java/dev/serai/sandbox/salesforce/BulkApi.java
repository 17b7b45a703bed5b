package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Query jobs of the Bulk API 2.0. A job finds its rows when it is made, and goes on by one step whenever it is asked for,
 * so that its time is counted in polls. Its locators stay good as long as it is there.
 */
public final class BulkApi {

    /** What one answer holds at most, asked or not. */
    private static final int MOST_RECORDS = 10_000;
    private static final Duration LIFE = Duration.ofDays(7);

    private final Org org;
    private final SandboxClock clock;
    private final Faults faults;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private long lastJob;
    private int polls = 2;
    private String failure = "";

    private static final class Job {
        private final String id;
        private final Soql query;
        private final String operation;
        private final Rows.Selection found;
        private final String base;
        private final Instant created;
        private final int pollsNeeded;
        private final String failure;
        private final ResultCsv csv;
        private String state = "UploadComplete";
        private int polls;

        Job(String id, Soql query, String operation, Rows.Selection found, String base, Instant created, ResultCsv csv,
                int pollsNeeded, String failure) {
            this.id = id;
            this.query = query;
            this.operation = operation;
            this.found = found;
            this.base = base;
            this.created = created;
            this.csv = csv;
            this.pollsNeeded = pollsNeeded;
            this.failure = failure;
        }

        boolean isOpen() {
            return state.equals("UploadComplete") || state.equals("InProgress");
        }

        void poll() {
            if (isOpen() && ++polls >= pollsNeeded) {
                state = failure.isEmpty() ? "JobComplete" : "Failed";
            } else if (isOpen()) {
                state = "InProgress";
            }
        }
    }

    BulkApi(Org org, SandboxClock clock, Faults faults) {
        this.org = org;
        this.clock = clock;
        this.faults = faults;
    }

    /** How often jobs made from now on must be asked for until they are complete. */
    public synchronized void completeAfter(int polls) {
        this.polls = polls;
    }

    /** The next job that is made fails. */
    public synchronized void failNext(String message) {
        failure = message;
    }

    /** The jobs that are there, whatever their state. */
    public synchronized int jobs() {
        return jobs.size();
    }

    /** @param path what follows {@code /jobs/query}, in parts */
    synchronized SandboxAnswer answer(SandboxRequest request, List<String> path, String base) {
        jobs.values().removeIf(job -> job.created.isBefore(clock.instant().minus(LIFE)));
        String what = request.method() + (path.size() > 1 ? " " + path.get(1) : path.isEmpty() ? "" : " job");
        switch (what) {
            case "POST" -> {
                return create(request, base);
            }
            case "GET" -> {
                ObjectNode all = Json.MAPPER.createObjectNode().put("done", true).putNull("nextRecordsUrl");
                ArrayNode records = all.putArray("records");
                jobs.values().forEach(job -> records.add(describe(job)));
                return SandboxAnswer.json(200, all);
            }
            case "GET job" -> {
                Job job = job(path);
                job.poll();
                return SandboxAnswer.json(200, describe(job));
            }
            case "GET results" -> {
                return results(job(path), request, base);
            }
            case "PATCH job" -> {
                return abort(job(path), request);
            }
            case "DELETE job" -> {
                if (job(path).isOpen()) {
                    throw new Refused(400, "API_ERROR", "Job must be complete, failed or aborted to be deleted");
                }
                jobs.remove(path.get(0));
                return new SandboxAnswer(204, Map.of(), new byte[0]);
            }
            default -> throw Refused.notFound();
        }
    }

    private SandboxAnswer create(SandboxRequest request, String base) {
        JsonNode asked = body(request);
        String operation = asked.path("operation").asText();
        if (!operation.equals("query") && !operation.equals("queryAll")) {
            throw new Refused(400, "INVALIDJOB", "Unsupported operation: " + operation);
        }
        if (!asked.path("contentType").asText("CSV").equals("CSV")) {
            throw new Refused(400, "INVALIDJOB", "Unsupported contentType, there is CSV");
        }
        Soql query = QueryApi.parse(org, asked.path("query").asText());
        check(query);
        ResultCsv csv = ResultCsv.of(asked.path("columnDelimiter").asText("COMMA"), asked.path("lineEnding").asText("LF"))
                .orElseThrow(() -> new Refused(400, "INVALIDJOB", "Unsupported columnDelimiter or lineEnding"));
        Rows.Selection found = org.rows(query.sobject()).select(query, operation.equals("queryAll"));
        Job job = new Job(SalesforceId.of("750", ++lastJob), query, operation, found, base, clock.instant(), csv, polls,
                failure);
        failure = "";
        jobs.put(job.id, job);
        return SandboxAnswer.json(200, describe(job));
    }

    private static void check(Soql query) {
        if (!query.sobject().allowsBulk()) {
            throw new Refused(400, "INVALIDENTITY", "Entity '" + query.sobject().name()
                    + "' is not supported by the Bulk API.");
        }
        if (query.isCount() || query.offset() > 0) {
            throw new Refused(400, "API_ERROR", "Aggregate queries and OFFSET are not supported in Bulk Query");
        }
        for (Field field : query.fields()) {
            if (field.type().isCompound()) {
                throw new Refused(400, "API_ERROR", "Selecting compound data not supported in Bulk Query");
            }
            if (field.type() == FieldType.BASE64) {
                throw new Refused(400, "API_ERROR", "Binary fields cannot be selected in bulk queries");
            }
        }
    }

    private Job job(List<String> path) {
        Job job = jobs.get(SalesforceId.full(path.get(0)));
        if (job == null) {
            throw Refused.notFound();
        }
        return job;
    }

    private SandboxAnswer abort(Job job, SandboxRequest request) {
        if (!body(request).path("state").asText().equals("Aborted") || !job.isOpen()) {
            throw new Refused(400, "INVALIDJOBSTATE", "Only jobs in progress can be aborted");
        }
        job.state = "Aborted";
        return SandboxAnswer.json(200, describe(job));
    }

    private SandboxAnswer results(Job job, SandboxRequest request, String base) {
        if (!job.base.equals(base)) {
            throw new Refused(409, "API_VERSION_MISMATCH", "The job was created with another version of the API: " + job.base);
        }
        if (!job.state.equals("JobComplete")) {
            throw new Refused(400, "INVALIDJOBSTATE", "The job is " + job.state + ", there are no results");
        }
        int from = request.parameter("locator").filter(text -> !text.isEmpty()).map(BulkApi::offset).orElse(0);
        int asked = request.parameter("maxRecords").map(Integer::parseInt).orElse(MOST_RECORDS);
        List<ObjectNode> rows = job.found.rows(from, Math.max(1, Math.min(MOST_RECORDS, asked)));
        int next = from + rows.size();
        boolean nul = faults.strikes(Fault.Kind.NUL_BYTES, SalesforceFake.PARTNER, "/" + job.query.sobject().name());
        return new SandboxAnswer(200, Map.of("Content-Type", "text/csv",
                "Sforce-NumberOfRecords", String.valueOf(rows.size()),
                "Sforce-Locator", next < job.found.size() ? locator(next) : "null"),
                job.csv.write(job.query.fields(), rows, nul));
    }

    private static String locator(int offset) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(String.valueOf(offset).getBytes(StandardCharsets.US_ASCII));
    }

    private static int offset(String locator) {
        try {
            return Integer.parseInt(new String(Base64.getUrlDecoder().decode(locator), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "INVALID_LOCATOR", "Invalid locator: " + locator);
        }
    }

    private static ObjectNode describe(Job job) {
        boolean isDone = job.state.equals("JobComplete");
        ObjectNode info = Json.MAPPER.createObjectNode().put("id", job.id).put("operation", job.operation)
                .put("object", job.query.sobject().name()).put("createdById", SalesforceId.of("005", 1))
                .put("createdDate", Stamps.text(job.created)).put("systemModstamp", Stamps.text(job.created))
                .put("state", job.state)
                .put("concurrencyMode", "Parallel").put("contentType", "CSV")
                .put("apiVersion", new java.math.BigDecimal(job.base.substring(job.base.lastIndexOf('v') + 1)))
                .put("jobType", "V2Query").put("lineEnding", job.csv.lineEnding()).put("columnDelimiter", job.csv.delimiter())
                .put("numberRecordsProcessed", isDone ? job.found.size() : 0).put("retries", 0)
                .put("totalProcessingTime", job.polls * 100);
        return job.state.equals("Failed") ? info.put("errorMessage", job.failure) : info;
    }

    private static JsonNode body(SandboxRequest request) {
        try {
            return Json.MAPPER.readTree(request.body());
        } catch (IOException e) {
            throw new Refused(400, "JSON_PARSER_ERROR", "the body is not JSON");
        }
    }
}
