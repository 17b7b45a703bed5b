package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Salesforce, as far as reading it goes: logins, describes, SOQL queries, the Bulk API 2.0 and single rows, over one org
 * that changes. Any version of the API is served. Data faults are asked for with the path {@code /<sobject>}, whatever the
 * request: {@code LATE_ROWS} and {@code EQUAL_STAMPS} when a row is written, {@code EMPTY_PAGE}, {@code NUL_BYTES} and
 * {@code SCHEMA_CHANGE} when it is read.
 *
 * <p>Hazard: requests are answered one at a time.
 */
public final class SalesforceFake implements Fake {

    static final String PARTNER = "salesforce";

    private static final Pattern DATA = Pattern.compile("(/services/data/v\\d\\d\\.\\d)(/.*)?");
    /** Those that are listed; others are served too. */
    private static final List<String> VERSIONS = List.of("58.0", "60.0", "67.0");
    private static final int MOST_IN_BATCH = 25;

    private final Org org;
    private final Mutations mutations;
    private final Logins logins;
    private final Budget budget;
    private final BulkApi bulk;
    private final QueryApi queries;
    private final SObjectApi rows;
    private final Deque<Refused> refusals = new ArrayDeque<>();

    /** @param people how many contacts there are at first; the rest of the org grows with them */
    public SalesforceFake(Population population, SandboxClock clock, Faults faults, int people) {
        Values values = new Values(population);
        org = new Org(clock, faults);
        mutations = new Mutations(org, values);
        logins = new Logins(clock);
        budget = new Budget(clock);
        bulk = new BulkApi(org, clock, faults);
        queries = new QueryApi(org, clock, faults);
        rows = new SObjectApi(org, faults);
        Seed.fill(org, population, values, people);
    }

    /** An org with so many contacts that none is held; its other sobjects are as in an org of ten. */
    public static SalesforceFake large(Population population, SandboxClock clock, Faults faults, int contacts) {
        SalesforceFake fake = new SalesforceFake(population, clock, faults, 10);
        fake.budget.allowDaily(Integer.MAX_VALUE);
        fake.org.replaceRows("Contact", new LargeRows(contacts, "003", population));
        return fake;
    }

    @Override
    public String partner() {
        return PARTNER;
    }

    public Org org() {
        return org;
    }

    public Logins logins() {
        return logins;
    }

    public Budget budget() {
        return budget;
    }

    public BulkApi bulk() {
        return bulk;
    }

    /** Does one thing that users do, by chance; says what. */
    public String mutate(Random random) {
        synchronized (org) {
            return mutations.mutate(Values.pick(org.sobjects(), random), random);
        }
    }

    /** The same, with a row of this sobject, and what hangs on it. */
    public String mutate(String sobject, Random random) {
        synchronized (org) {
            return mutations.mutate(org.sobject(sobject).orElseThrow(), random);
        }
    }

    public Map<String, ObjectNode> current(String sobject) {
        return org.current(sobject);
    }

    public Set<String> purged(String sobject) {
        return org.purged(sobject);
    }

    /** The next requests of the API are refused so, each once: QUERY_TIMEOUT, a 406, a row that is locked... */
    public void refuseNext(int status, String errorCode, String message) {
        synchronized (org) {
            refusals.add(new Refused(status, errorCode, message));
        }
    }

    /** In a large org: gives the contact of this number new values, and a new stamp. */
    public void changeLarge(int number, ObjectNode changes, java.time.Instant now) {
        synchronized (org) {
            large().change(number, changes, now);
        }
    }

    /** In a large org: takes a contact away for good. */
    public void purgeLarge(int number) {
        synchronized (org) {
            large().purge(number);
        }
    }

    private LargeRows large() {
        return (LargeRows) org.rows(org.sobject("Contact").orElseThrow());
    }

    @Override
    public String credentials() {
        return "client id " + Logins.CLIENT_ID + ", client secret " + Logins.CLIENT_SECRET;
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        synchronized (org) {
            if (request.path().startsWith("/services/oauth2/")) {
                return logins.answer(request);
            }
            SandboxAnswer answer;
            try {
                answer = api(request);
            } catch (Refused e) {
                answer = e.answer();
            }
            return answer.with("Sforce-Limit-Info", budget.header());
        }
    }

    private SandboxAnswer api(SandboxRequest request) {
        if (!logins.isValid(request.header("authorization").orElse(""))) {
            throw new Refused(401, "INVALID_SESSION_ID", "Session expired or invalid");
        }
        if (request.path().matches("/services/data/?")) {
            ArrayNode versions = Json.MAPPER.createArrayNode();
            for (String version : VERSIONS) {
                versions.addObject().put("label", "Release " + version).put("url", "/services/data/v" + version)
                        .put("version", version);
            }
            return SandboxAnswer.json(200, versions);
        }
        budget.spend();
        if (!refusals.isEmpty()) {
            throw refusals.remove();
        }
        Matcher data = DATA.matcher(request.path());
        if (!data.matches()) {
            throw Refused.notFound();
        }
        String base = data.group(1);
        List<String> path = data.group(2) == null ? List.of()
                : Arrays.stream(data.group(2).split("/")).filter(part -> !part.isEmpty()).toList();
        return answer(request, path, base);
    }

    private SandboxAnswer answer(SandboxRequest request, List<String> path, String base) {
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "" -> SandboxAnswer.json(200, Json.MAPPER.createObjectNode().put("sobjects", base + "/sobjects")
                    .put("query", base + "/query").put("queryAll", base + "/queryAll").put("limits", base + "/limits")
                    .put("jobs", base + "/jobs").put("composite", base + "/composite"));
            case "query", "queryAll" -> path.size() > 1 ? queries.more(path.get(1), base)
                    : queries.query(request, base, first.equals("queryAll"));
            case "sobjects" -> rows.answer(request, path.subList(1, path.size()), base);
            case "limits" -> SandboxAnswer.json(200, budget.limits());
            case "jobs" -> {
                if (path.size() < 2 || !path.get(1).equals("query")) {
                    throw Refused.notFound();
                }
                yield bulk.answer(request, path.subList(2, path.size()), base);
            }
            case "composite" -> {
                if (path.size() != 2 || !path.get(1).equals("batch")) {
                    throw Refused.notFound();
                }
                yield batch(request);
            }
            default -> throw Refused.notFound();
        };
    }

    /** Several requests in one; each is paid for. */
    private SandboxAnswer batch(SandboxRequest request) {
        JsonNode asked = tree(request.body()).path("batchRequests");
        if (asked.size() > MOST_IN_BATCH) {
            throw new Refused(400, "LIMIT_EXCEEDED", "The maximum number of batch requests is " + MOST_IN_BATCH);
        }
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode results = Json.MAPPER.createArrayNode();
        boolean hasErrors = false;
        for (JsonNode one : asked) {
            String url = one.path("url").asText();
            int mark = url.indexOf('?');
            SandboxAnswer inner;
            try {
                inner = api(new SandboxRequest(one.path("method").asText("GET"),
                        "/services/data/" + (mark < 0 ? url : url.substring(0, mark)).replaceAll("^/?(services/data/)?", ""),
                        Map.of(), request.headers(), new byte[0]));
            } catch (Refused e) {
                inner = e.answer();
            }
            hasErrors |= inner.status() >= 400;
            results.addObject().put("statusCode", inner.status()).set("result", tree(inner.body()));
        }
        answer.put("hasErrors", hasErrors).set("results", results);
        return SandboxAnswer.json(200, answer);
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw new Refused(400, "JSON_PARSER_ERROR", "the body is not JSON");
        }
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        Refused refused = switch (fault.kind()) {
            case RATE_LIMIT, RATE_LIMIT_BARE -> new Refused(429, "REQUEST_LIMIT_EXCEEDED",
                    "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
            case UNAUTHORIZED -> new Refused(401, "INVALID_SESSION_ID", "Session expired or invalid");
            case FORBIDDEN -> new Refused(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.");
            case NOT_FOUND -> Refused.notFound();
            case EXPIRED_CURSOR -> new Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
            default -> new Refused(503, "SERVER_UNAVAILABLE", "Salesforce is not available, try again later.");
        };
        SandboxAnswer answer = refused.answer();
        return fault.kind() == Fault.Kind.RATE_LIMIT
                ? answer.with("Retry-After", String.valueOf(fault.delay().toSeconds())) : answer;
    }
}
