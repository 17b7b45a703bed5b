package dev.serai.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SalesforceFakeTest {

    private final Calls calls = new Calls(450);
    private final SalesforceFake fake = calls.fake;

    @Test
    void hasRowsInEverySObjectAndAValueInEveryField() {
        Set<String> empty = new HashSet<>();
        for (SObject sobject : fake.org().sobjects()) {
            List<JsonNode> rows = calls.all("/queryAll", "SELECT " + String.join(", ", sobject.fields().keySet()) + " FROM "
                    + sobject.name());
            sobject.fields().keySet().stream().filter(field -> rows.stream().noneMatch(row -> row.hasNonNull(field)))
                    .forEach(field -> empty.add(sobject.name() + "." + field));
        }

        // of contacts and accounts none is merged away at first
        assertThat(empty).containsExactlyInAnyOrder("Account.MasterRecordId", "Contact.MasterRecordId");
        assertThat(fake.org().sobjects()).hasSize(51);
    }

    @Test
    void hasTheSameRowsForTheSameSeed() {
        assertThat(new Calls(450).fake.current("Opportunity")).isEqualTo(fake.current("Opportunity"));
    }

    @Test
    void connectsItsRowsAndItsPeopleWithThoseOfTheOtherFakes() {
        JsonNode contact = calls.all(
                "SELECT Email, AccountId, MailingAddress FROM Contact WHERE External_Id__c = 'user_7'").get(0);
        Population.Person person = new Population(7).person(7);

        assertThat(contact.path("Email").asText()).isEqualTo(person.email());
        assertThat(contact.at("/MailingAddress/city").asText()).isEqualTo(person.company().place().city());
        assertThat(calls.all("SELECT Name FROM Account WHERE Id = '" + contact.path("AccountId").asText()
                + "'").get(0).path("Name").asText())
                .isEqualTo(person.company().name());
        assertThat(contact.at("/attributes/url").asText()).startsWith(Calls.BASE + "/sobjects/Contact/003");
    }

    @Test
    void describesTheCursorsThatSObjectsHave() {
        Map<String, String> cursors = fake.org().sobjects().stream()
                .collect(Collectors.toMap(SObject::name, sobject -> sobject.cursor().orElse("none")));

        assertThat(cursors).containsEntry("Contact", "SystemModstamp").containsEntry("CampaignShare", "LastModifiedDate")
                .containsEntry("OpportunityFieldHistory", "CreatedDate").containsEntry("LoginHistory", "LoginTime")
                .containsEntry("Name", "none");
    }

    @Test
    void givesNoMoreThanABatchEachPageAgainIfAskedUntilTheLocatorIsTooOld() {
        SandboxAnswer first = calls.send("GET", Calls.BASE + "/query", Map.of("q", "SELECT Id FROM Contact"),
                Map.of("sforce-query-options", "batchSize=200"), "");
        JsonNode page = Calls.json(first);
        assertThat(page.path("records").size()).isEqualTo(200);
        assertThat(page.path("totalSize").asInt()).isEqualTo(450);

        String next = page.path("nextRecordsUrl").asText();
        for (int again = 0; again < 2; again++) {
            page = Calls.json(calls.send("GET", next, Map.of(), Map.of(), ""));
            assertThat(page.path("records").size()).isEqualTo(200);
            String last = page.path("nextRecordsUrl").asText();
            assertThat(Calls.json(calls.send("GET", last, Map.of(), Map.of(), "")).path("records").size()).isEqualTo(50);
        }
        calls.clock.advance(Duration.ofDays(3));
        SandboxAnswer late = calls.send("GET", next, Map.of(), Map.of(), "");
        assertThat(Calls.json(late).at("/0/errorCode").asText()).isEqualTo("INVALID_QUERY_LOCATOR");
    }

    @Test
    void showsALateRowAfterALaterStampWasReadable() {
        calls.faults.add(Fault.of("salesforce", "/Contact", Kind.LATE_ROWS, 1));
        List<String> ids = List.copyOf(fake.current("Contact").keySet());
        update("Contact", ids.get(0), "Title", "Late");
        calls.clock.advance(Duration.ofSeconds(5));
        update("Contact", ids.get(1), "Title", "In time");
        String since = "SELECT Id FROM Contact WHERE SystemModstamp >= 2026-02-01T12:00:00Z";

        assertThat(calls.ids(since)).containsExactly(ids.get(1));
        assertThat(fake.current("Contact").get(ids.get(0)).path("Title").asText()).isEqualTo("Late");
        calls.clock.advance(Org.LATE);
        assertThat(calls.ids(since)).containsExactlyInAnyOrder(ids.get(0), ids.get(1));
    }

    @Test
    void givesARowTheStampOfTheOneBeforeIt() {
        List<String> ids = List.copyOf(fake.current("Contact").keySet());
        update("Contact", ids.get(0), "Title", "One");
        calls.clock.advance(Duration.ofMinutes(1));
        calls.faults.add(Fault.of("salesforce", "/Contact", Kind.EQUAL_STAMPS, 1));
        update("Contact", ids.get(1), "Title", "Two");

        assertThat(calls.ids("SELECT Id FROM Contact WHERE SystemModstamp = 2026-02-01T12:00:00Z")).hasSize(2);
    }

    @Test
    void changesTheSchemaInMidSync() {
        calls.faults.add(Fault.of("salesforce", "/Contact", Kind.SCHEMA_CHANGE, 1));
        assertThat(calls.all("SELECT Score__c FROM Contact WHERE Score__c != null").get(0).path("Score__c").isTextual())
                .isTrue();

        JsonNode fields = Calls.json(calls.get("/sobjects/Contact/describe")).path("fields");
        Map<String, String> types = new java.util.HashMap<>();
        fields.forEach(field -> types.put(field.path("name").asText(), field.path("type").asText()));
        assertThat(types).containsEntry("Score__c", "string").containsEntry("Added_1__c", "picklist");
    }

    @Test
    void answersAnEmptyPageWithMoreToComeAndNulBytes() {
        calls.faults.add(Fault.of("salesforce", "/Contact", Kind.EMPTY_PAGE, 1));
        JsonNode empty = Calls.json(calls.query("SELECT Id, Name FROM Contact"));
        assertThat(empty.path("records")).isEmpty();
        assertThat(empty.path("done").asBoolean()).isFalse();

        calls.faults.add(Fault.of("salesforce", "/Contact", Kind.NUL_BYTES, 1));
        assertThat(calls.all("SELECT Id, Name FROM Contact")).hasSize(450).anyMatch(record ->
                record.path("Name").asText().endsWith("\0"));
    }

    @Test
    void refusesWhenTheDaysBudgetIsSpentUntilTheNextDay() {
        fake.budget().allowDaily(2);
        assertThat(calls.get("/limits").headers()).containsEntry("Sforce-Limit-Info", "api-usage=1/2");
        calls.get("/limits");

        SandboxAnswer refused = calls.get("/limits");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(Calls.json(refused).at("/0/errorCode").asText()).isEqualTo("REQUEST_LIMIT_EXCEEDED");
        calls.clock.advance(Duration.ofDays(1));
        assertThat(calls.get("/limits").status()).isEqualTo(200);
    }

    @Test
    void readsWritesAndDeletesSingleRows() {
        SandboxAnswer made = calls.send("POST", Calls.BASE + "/sobjects/Account", Map.of(), Map.of(),
                "{\"Name\":\"Kite & Co\"}");
        String row = "/sobjects/Account/" + Calls.json(made).path("id").asText();
        assertThat(made.status()).isEqualTo(201);

        assertThat(calls.send("PATCH", Calls.BASE + row, Map.of(), Map.of(),
                "{\"NumberOfEmployees\":12}").status()).isEqualTo(204);
        assertThat(Calls.json(calls.get(row)).path("NumberOfEmployees").asInt()).isEqualTo(12);
        assertThat(calls.send("DELETE", Calls.BASE + row, Map.of(), Map.of(), "").status()).isEqualTo(204);
        assertThat(Calls.json(calls.get(row)).at("/0/errorCode").asText()).isEqualTo("ENTITY_IS_DELETED");
        assertThat(Calls.json(calls.send("POST", Calls.BASE + "/sobjects/Account", Map.of(), Map.of(),
                "{}")).at("/0/errorCode").asText())
                .isEqualTo("REQUIRED_FIELD_MISSING");
    }

    @Test
    void describesManyInOneRequest() {
        SandboxAnswer answer = calls.send("POST", Calls.BASE + "/composite/batch", Map.of(), Map.of(), "{\"batchRequests\":["
                + "{\"method\":\"GET\",\"url\":\"v60.0/sobjects/Contact/describe\"},"
                + "{\"method\":\"GET\",\"url\":\"v60.0/sobjects/No/describe\"}]}");

        assertThat(Calls.json(answer).at("/results/0/result/name").asText()).isEqualTo("Contact");
        assertThat(Calls.json(answer).at("/results/1/statusCode").asInt()).isEqualTo(404);
        assertThat(Calls.json(answer).path("hasErrors").asBoolean()).isTrue();
    }

    @Test
    void writesResultsOfBulkJobsAsTextOnly() {
        String csv = bulk("SELECT Id, NumberOfEmployees, Description, Name FROM Account ORDER BY Id LIMIT 2");

        assertThat(csv).startsWith("\"Id\",\"NumberOfEmployees\",\"Description\",\"Name\"\n\"001").contains(",\"5.0\",\"");
        assertThat(bulk("SELECT Id, ParentId FROM Account WHERE ParentId = null LIMIT 1")).contains(",\"\"\n");
        calls.faults.add(Fault.of("salesforce", "/Account", Kind.NUL_BYTES, 1));
        assertThat(bulk("SELECT Id, Name FROM Account LIMIT 1")).contains("\0");
    }

    @Test
    void separatesResultsAsTheJobSays() {
        fake.bulk().completeAfter(1);
        String asked = "{\"operation\":\"query\",\"query\":\"SELECT Id, Name FROM Profile LIMIT 1\","
                + "\"columnDelimiter\":\"PIPE\",\"lineEnding\":\"CRLF\"}";
        String id = Calls.json(calls.send("POST", Calls.BASE + "/jobs/query", Map.of(), Map.of(), asked)).path("id").asText();
        calls.get("/jobs/query/" + id);

        assertThat(new String(calls.get("/jobs/query/" + id + "/results").body(), StandardCharsets.UTF_8))
                .startsWith("\"Id\"|\"Name\"\r\n\"00e");
        assertThat(calls.send("POST", Calls.BASE + "/jobs/query", Map.of(), Map.of(), asked.replace("PIPE", "DOT")).status())
                .isEqualTo(400);
    }

    @Test
    void refusesCompoundsInBulkJobsAndAnotherVersion() {
        assertThat(bulkError("SELECT BillingAddress FROM Account")).isEqualTo("API_ERROR");
        assertThat(bulkError("SELECT Body FROM Document")).isEqualTo("API_ERROR");
        assertThat(bulkError("SELECT Id FROM Name")).isEqualTo("INVALIDENTITY");
        assertThat(bulkError("SELECT COUNT() FROM Account")).isEqualTo("API_ERROR");
        fake.bulk().completeAfter(1);
        String id = Calls.json(job("SELECT Id FROM Account")).path("id").asText();
        assertThat(calls.get("/jobs/query/" + id + "/results").status()).isEqualTo(400);
        calls.get("/jobs/query/" + id);
        assertThat(calls.send("GET", "/services/data/v61.0/jobs/query/" + id + "/results", Map.of(), Map.of(),
                "").status()).isEqualTo(409);
    }

    @Test
    void givesArchivedActivitiesWithQueryAllOnly() {
        String archived = "SELECT Id FROM Task WHERE IsArchived = true AND IsDeleted = false";

        assertThat(calls.all(archived)).isEmpty();
        assertThat(calls.all("/queryAll", archived)).isNotEmpty();
    }

    @Test
    void mergesDeletesWithChildrenAndPurges() {
        List<String> ids = List.copyOf(fake.current("Account").keySet());
        fake.org().merge("Account", ids.get(0), ids.get(1));
        ObjectNode merged = fake.current("Account").get(ids.get(1));
        assertThat(merged.path("IsDeleted").asBoolean()).isTrue();
        assertThat(merged.path("MasterRecordId").asText()).isEqualTo(ids.get(0));
        assertThat(calls.ids("SELECT Id FROM Contact WHERE AccountId = '" + ids.get(0) + "'")).hasSize(10);

        fake.org().delete("Account", ids.get(0));
        assertThat(calls.ids("SELECT Id FROM Contact WHERE AccountId = '" + ids.get(0) + "'")).isEmpty();
        fake.org().undelete("Account", ids.get(0));
        assertThat(calls.ids("SELECT Id FROM Contact WHERE AccountId = '" + ids.get(0) + "'")).hasSize(10);
        fake.org().purge("Account", ids.get(1));
        assertThat(fake.purged("Account")).containsExactly(ids.get(1));
        assertThat(calls.all("/queryAll", "SELECT Id FROM Account WHERE Id = '" + ids.get(1) + "'")).isEmpty();
    }

    @Test
    void mutatesTheSameWayForTheSameSeed() {
        Calls other = new Calls(450);
        List<String> done = new ArrayList<>();
        List<String> otherDone = new ArrayList<>();
        Random random = new Random(3);
        Random otherRandom = new Random(3);
        for (int step = 0; step < 400; step++) {
            done.add(fake.mutate(random));
            otherDone.add(other.fake.mutate(otherRandom));
        }

        assertThat(otherDone).isEqualTo(done);
        assertThat(done.stream().map(what -> what.split(" ")[0]).distinct().toList())
                .contains("create", "update", "bulk", "delete", "undelete", "purge", "merge");
        for (SObject sobject : fake.org().sobjects()) {
            assertThat(calls.all("/queryAll", "SELECT Id FROM "
                    + sobject.name())).hasSameSizeAs(fake.current(sobject.name()).keySet());
        }
    }

    @Test
    void rotatesRefreshTokens() {
        fake.logins().rotateRefreshTokens(true);
        String form = "grant_type=refresh_token&client_id=" + Logins.CLIENT_ID + "&client_secret=" + Logins.CLIENT_SECRET
                + "&refresh_token=";

        String next = calls.login(form + Logins.FIRST_REFRESH_TOKEN).path("refresh_token").asText();
        assertThat(calls.login(form + Logins.FIRST_REFRESH_TOKEN).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(calls.login(form + next).path("instance_url").asText()).isEqualTo("http://127.0.0.1:9/salesforce");
    }

    private void update(String sobject, String id, String field, String value) {
        fake.org().update(sobject, id, Json.MAPPER.createObjectNode().put(field, value));
    }

    private SandboxAnswer job(String soql) {
        ObjectNode asked = Json.MAPPER.createObjectNode().put("operation", "query").put("query", soql);
        return calls.send("POST", Calls.BASE + "/jobs/query", Map.of(), Map.of(), asked.toString());
    }

    private String bulkError(String soql) {
        return Calls.json(job(soql)).at("/0/errorCode").asText();
    }

    private String bulk(String soql) {
        fake.bulk().completeAfter(1);
        String id = Calls.json(job(soql)).path("id").asText();
        calls.get("/jobs/query/" + id);
        return new String(calls.get("/jobs/query/" + id + "/results").body(), StandardCharsets.UTF_8);
    }
}
