package dev.serai.sandbox.salesforce;

import static dev.serai.sandbox.salesforce.CamelSalesforce.clientCredentials;
import static dev.serai.sandbox.salesforce.CamelSalesforce.failure;
import static dev.serai.sandbox.salesforce.CamelSalesforce.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fault.Kind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.salesforce.api.dto.bulkv2.ContentTypeEnum;
import org.apache.camel.component.salesforce.api.dto.bulkv2.JobStateEnum;
import org.apache.camel.component.salesforce.api.dto.bulkv2.OperationEnum;
import org.apache.camel.component.salesforce.api.dto.bulkv2.QueryJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What camel-salesforce does with the calls that a sync needs: the Kamelets rest on it. */
class CamelSalesforceTest {

    private static final String CONTACTS = "SELECT Id, Name, Email, SystemModstamp FROM Contact ORDER BY SystemModstamp, Id";

    private final CamelSalesforce salesforce = new CamelSalesforce(450);

    @BeforeEach
    void start() {
        salesforce.account("salesforce", clientCredentials(Logins.CLIENT_SECRET), component ->
                component.setHttpRequestTimeout(2_000L));
        salesforce.start();
    }

    @AfterEach
    void stop() {
        salesforce.close();
    }

    @Test
    void pagesThroughAQueryWithTheUrlOfTheNextRecords() {
        JsonNode page = json(salesforce.call("salesforce:query", CONTACTS, Map.of("Sforce-Query-Options", "batchSize=200")));
        List<String> ids = ids(page);
        while (!page.path("done").asBoolean()) {
            page = json(salesforce.call("salesforce:queryMore", page.get("nextRecordsUrl").asText(), Map.of()));
            ids.addAll(ids(page));
        }

        assertThat(ids).hasSize(450).doesNotHaveDuplicates();
    }

    @Test
    void readsDeletedRowsWithQueryAll() {
        String id = salesforce.fake.current("Contact").keySet().iterator().next();
        salesforce.fake.org().delete("Contact", id);
        String soql = "SELECT Id, IsDeleted FROM Contact WHERE Id = '" + id + "'";

        assertThat(json(salesforce.query(soql)).path("totalSize").asInt()).isZero();
        assertThat(json(salesforce.call("salesforce:queryAll", soql,
                Map.of())).at("/records/0/IsDeleted").asBoolean()).isTrue();
    }

    @Test
    void tellsTheUseOfTheBudgetWithEveryAnswerButNotTheDate() {
        Exchange answer = salesforce.query(CONTACTS);

        assertThat(answer.getMessage().getHeader("Sforce-Limit-Info")).isEqualTo("api-usage=1/100000");
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo("200");
        assertThat(answer.getMessage().getHeaders()).doesNotContainKey("Date").doesNotContainKey("Content-Type");
    }

    @Test
    void readsDescribesAndLimitsRaw() {
        assertThat(json(salesforce.get("/sobjects/Contact/describe")).path("fields").size()).isGreaterThan(30);
        assertThat(json(salesforce.get("/sobjects")).path("sobjects").size()).isEqualTo(51);
        assertThat(json(salesforce.get("/limits")).at("/DailyApiRequests/Remaining").asInt()).isEqualTo(99_997);
    }

    @Test
    void sendsAQueryRawToo() {
        Exchange answer = salesforce.call("salesforce:raw?rawMethod=GET&format=JSON&rawPath=/services/data/v60.0/query"
                + "&rawQueryParameters=q", null, Map.of("q", "SELECT COUNT() FROM Contact"));

        assertThat(json(answer).path("totalSize").asInt()).isEqualTo(450);
    }

    @Test
    void logsInAgainWhenTheSessionIsOver() {
        salesforce.query(CONTACTS);
        salesforce.fake.logins().expireSessions();

        assertThat(json(salesforce.query(CONTACTS)).path("totalSize").asInt()).isEqualTo(450);
        assertThat(salesforce.fake.logins().count()).isEqualTo(2);
    }

    @Test
    void givesUpWhenNewSessionsAreRefusedToo() {
        salesforce.query(CONTACTS);
        salesforce.faults.add(Fault.of("salesforce", "/services/data", Kind.UNAUTHORIZED, 100));

        Exchange answer = salesforce.query(CONTACTS);

        assertThat(failure(answer).getStatusCode()).isEqualTo(401);
        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("INVALID_SESSION_ID");
    }

    @Test
    void reportsErrorsWithStatusAndCode() {
        Exchange answer = salesforce.query("SELECT Id, Nothing FROM Contact");

        assertThat(failure(answer).getStatusCode()).isEqualTo(400);
        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("INVALID_FIELD");
        assertThat(failure(answer).getErrors().get(0).getMessage()).contains("No such column 'Nothing'");
    }

    @Test
    void reportsASpentBudget() {
        salesforce.fake.budget().use(100_000);

        Exchange answer = salesforce.query(CONTACTS);

        assertThat(failure(answer).getStatusCode()).isEqualTo(403);
        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("REQUEST_LIMIT_EXCEEDED");
        assertThat(answer.getMessage().getHeader("Sforce-Limit-Info")).isEqualTo("api-usage=100000/100000");
    }

    @Test
    void reportsARateLimitAtOnceAndWithoutItsRetryAfter() {
        salesforce.query(CONTACTS);
        salesforce.faults.add(Fault.of("salesforce", "/services/data", Kind.RATE_LIMIT, 1));

        Exchange answer = salesforce.query(CONTACTS);

        assertThat(failure(answer).getStatusCode()).isEqualTo(429);
        assertThat(answer.getMessage().getHeaders()).doesNotContainKey("Retry-After");
    }

    @Test
    void reportsAServerErrorAtOnce() {
        salesforce.query(CONTACTS);
        salesforce.faults.add(Fault.of("salesforce", "/services/data", Kind.SERVER_ERROR, 1));

        assertThat(failure(salesforce.query(CONTACTS)).getStatusCode()).isEqualTo(503);
        assertThat(json(salesforce.query(CONTACTS)).path("totalSize").asInt()).isEqualTo(450);
    }

    @Test
    void reportsWhatDoesNotExistWithTheStatusButTheCodeOnlyInTheMessage() {
        Exchange answer = salesforce.get("/sobjects/Nothing/describe");

        assertThat(failure(answer).getStatusCode()).isEqualTo(404);
        assertThat(failure(answer).getErrors()).isEmpty();
        assertThat(failure(answer).getMessage()).contains("NOT_FOUND");
    }

    @Test
    void givesUpWaitingWithStatusZero() {
        salesforce.query(CONTACTS);
        salesforce.faults.add(new Fault("salesforce", "/services/data", Kind.HANG, 1, Duration.ofSeconds(20)));

        Exchange answer = salesforce.query(CONTACTS);

        assertThat(failure(answer).getStatusCode()).isZero();
        assertThat(failure(answer).getCause()).isInstanceOf(java.util.concurrent.TimeoutException.class);
    }

    @Test
    void givesUpWaitingAfterItsIdleTimeEvenIfTheRequestMayLastLonger() {
        salesforce.account("salesforce-idle", clientCredentials(Logins.CLIENT_SECRET), component -> {
            component.setHttpRequestTimeout(60_000L);
            component.setHttpClientIdleTimeout(300L);
        });
        salesforce.faults.add(new Fault("salesforce", "/services/data", Kind.HANG, 1, Duration.ofSeconds(20)));

        Exchange answer = salesforce.call("salesforce-idle:query", CONTACTS, Map.of());

        assertThat(failure(answer).getStatusCode()).isZero();
        assertThat(failure(answer).getCause()).isInstanceOf(java.util.concurrent.TimeoutException.class)
                .hasMessageContaining("Idle timeout");
    }

    @Test
    void reportsAnAnswerThatWasCutOff() {
        salesforce.query(CONTACTS);
        salesforce.faults.add(Fault.of("salesforce", "/services/data", Kind.HALF_PAGE, 1));

        Exchange answer = salesforce.query(CONTACTS);

        assertThat(failure(answer).getStatusCode()).isEqualTo(200);
        assertThat(failure(answer).getCause()).isInstanceOf(java.io.EOFException.class);
    }

    @Test
    void runsABulkJob() throws Exception {
        salesforce.fake.bulk().completeAfter(2);
        QueryJob job = salesforce.call("salesforce:bulk2CreateQueryJob", job(CONTACTS),
                Map.of()).getMessage().getBody(QueryJob.class);
        QueryJob asked = poll(job.getId());
        assertThat(asked.getState()).isEqualTo(JobStateEnum.IN_PROGRESS);
        assertThat(poll(job.getId()).getState()).isEqualTo(JobStateEnum.JOB_COMPLETE);

        StringBuilder csv = new StringBuilder();
        String locator = null;
        int pages = 0;
        do {
            Exchange results = salesforce.call("salesforce:bulk2GetQueryJobResults?maxRecords=200&jobId=" + job.getId(), null,
                    locator == null ? Map.of() : Map.of("locator", locator));
            try (InputStream body = results.getMessage().getBody(InputStream.class)) {
                csv.append(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            locator = results.getMessage().getHeader("Sforce-Locator", String.class);
            pages++;
        } while (!locator.equals("null"));

        assertThat(pages).isEqualTo(3);
        assertThat(csv.toString().lines().filter(line -> !line.startsWith("\"Id\""))).hasSize(450);
        salesforce.call("salesforce:bulk2DeleteQueryJob?jobId=" + job.getId(), null, Map.of());
        assertThat(salesforce.fake.bulk().jobs()).isZero();
    }

    @Test
    void reportsABulkJobThatIsRefusedAndOneThatFails() {
        Exchange refused = salesforce.call("salesforce:bulk2CreateQueryJob", job("SELECT Id FROM CaseStatus"), Map.of());
        salesforce.fake.bulk().failNext("Query took too long");
        salesforce.fake.bulk().completeAfter(1);
        QueryJob failing = salesforce.call("salesforce:bulk2CreateQueryJob", job(CONTACTS), Map.of()).getMessage()
                .getBody(QueryJob.class);

        assertThat(failure(refused).getStatusCode()).isEqualTo(400);
        assertThat(failure(refused).getErrors().get(0).getErrorCode()).isEqualTo("INVALIDENTITY");
        assertThat(poll(failing.getId()).getState()).isEqualTo(JobStateEnum.FAILED);
    }

    @Test
    void speaksToBulkJobsRawAsWell() {
        Exchange made = salesforce.call("salesforce:raw?rawMethod=POST&format=JSON&rawPath=/services/data/v60.0/jobs/query",
                "{\"operation\":\"queryAll\",\"query\":\"SELECT Id FROM Contact\"}", Map.of());

        assertThat(json(made).path("state").asText()).isEqualTo("UploadComplete");
    }

    @Test
    void asksLongQueriesOnlyIfJettyIsToldTo() {
        String soql = "SELECT Id FROM Contact WHERE Title IN ('x'" + ", 'Someone'".repeat(500) + ")";
        salesforce.account("salesforce-long", clientCredentials(Logins.CLIENT_SECRET), component ->
                component.setHttpClientProperties(new HashMap<>(Map.of("maxRequestHeadersSize", 32_768))));

        Exchange refused = salesforce.query(soql);

        assertThat(failure(refused).getStatusCode()).isZero();
        assertThat(failure(refused).getCause()).hasMessageContaining("Request headers too large");
        assertThat(json(salesforce.call("salesforce-long:query", soql, Map.of())).path("totalSize").asInt()).isZero();
    }

    @Test
    void refusesAnAnswerLargerThanItsLimit() {
        salesforce.account("salesforce-small", clientCredentials(Logins.CLIENT_SECRET), component ->
                component.setHttpMaxContentLength(20_000));

        Exchange answer = salesforce.call("salesforce-small:query", CONTACTS, Map.of());

        assertThat(failure(answer).getStatusCode()).isEqualTo(200);
        assertThat(failure(answer).getCause()).hasMessageContaining("capacity 20000 exceeded");
    }

    private QueryJob poll(String id) {
        return salesforce.call("salesforce:bulk2GetQueryJob?jobId=" + id, null, Map.of()).getMessage().getBody(QueryJob.class);
    }

    private static QueryJob job(String soql) {
        QueryJob job = new QueryJob();
        job.setOperation(OperationEnum.QUERY);
        job.setContentType(ContentTypeEnum.CSV);
        job.setQuery(soql);
        return job;
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("records").forEach(record -> ids.add(record.path("Id").asText()));
        return ids;
    }
}
