package dev.serai.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoqlTest {

    private final Calls calls = new Calls(60);

    @Test
    void findsWhatAKeysetAsksFor() {
        List<JsonNode> all = calls.all("SELECT Id, SystemModstamp FROM Contact ORDER BY SystemModstamp, Id");
        JsonNode tenth = all.get(9);
        String stamp = tenth.path("SystemModstamp").asText();

        List<String> after = calls.ids("SELECT Id FROM Contact WHERE (SystemModstamp > " + stamp.replace("+0000", "Z")
                + " OR (SystemModstamp = "
                + stamp.replace("+0000", "+00:00") + " AND Id > '" + tenth.path("Id").asText()
                + "')) ORDER BY SystemModstamp ASC, Id ASC LIMIT 20");

        assertThat(after).isEqualTo(all.subList(10, 30).stream().map(record -> record.path("Id").asText()).toList());
    }

    @Test
    void seededRowsShareStamps() {
        List<JsonNode> all = calls.all("SELECT SystemModstamp FROM Contact WHERE SystemModstamp = 2025-12-30T02:00:00Z");

        assertThat(all).hasSizeGreaterThan(3);
    }

    @Test
    void comparesNumbersTextDatesAndNull() {
        assertThat(calls.all("SELECT NumberOfEmployees FROM Account WHERE NumberOfEmployees < 8"))
                .hasSize(3).allMatch(record -> record.path("NumberOfEmployees").asInt() < 8);
        assertThat(calls.all("SELECT Id FROM Opportunity WHERE StageName = 'CLOSED won'")).isNotEmpty();
        assertThat(calls.all(
                "SELECT Id FROM Opportunity WHERE StageName IN ('Closed Won', 'Closed Lost') AND IsClosed = false"))
                .isEmpty();
        assertThat(calls.all("SELECT Birthdate FROM Contact WHERE Birthdate >= 2025-01-01 ORDER BY Birthdate DESC"))
                .isNotEmpty().allMatch(record -> record.path("Birthdate").asText().compareTo("2025") >= 0);
        int nulls = calls.all("SELECT Id FROM Contact WHERE Title = NULL OR Birthdate = null").size();
        int others = calls.all("SELECT Id FROM Contact WHERE Title != null AND Birthdate != null").size();
        assertThat(nulls + others).isEqualTo(60);
        assertThat(calls.all("SELECT Id FROM Contact WHERE NOT Email LIKE '%example'")).isEmpty();
    }

    @Test
    void comparesIdsOfFifteenCharactersToo() {
        String id = calls.ids("SELECT Id FROM Contact LIMIT 1").get(0);

        assertThat(calls.ids("SELECT Id FROM Contact WHERE Id = '" + id.substring(0, 15) + "'")).containsExactly(id);
        assertThat(id).hasSize(18).startsWith("003");
    }

    @Test
    void countsAndSkips() {
        assertThat(Calls.json(calls.query("SELECT COUNT() FROM Contact")).path("totalSize").asInt()).isEqualTo(60);
        assertThat(calls.ids("SELECT Id FROM Contact ORDER BY Id LIMIT 5 OFFSET 2"))
                .isEqualTo(calls.ids("SELECT Id FROM Contact ORDER BY Id").subList(2, 7));
        assertThat(calls.all("SELECT FIELDS(ALL) FROM Contact LIMIT 2").get(0).has("MailingAddress")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "SELECT Id, Nothing FROM Contact | INVALID_FIELD",
            "SELECT Id, Id FROM Contact | INVALID_FIELD",
            "SELECT Owner.Name FROM Contact | INVALID_FIELD",
            "SELECT Id FROM Nothing | INVALID_TYPE",
            "SELECT Id Contact | MALFORMED_QUERY",
            "SELECT Id FROM Contact WHERE | MALFORMED_QUERY",
            "SELECT Id FROM Contact WHERE Id = 'x | MALFORMED_QUERY",
            "SELECT Id FROM Contact WHERE (Id = 'x' | MALFORMED_QUERY",
            "SELECT Id FROM Contact WHERE Id = 'x' AND Id = 'y' OR Id = 'z' | MALFORMED_QUERY",
            "SELECT Id FROM Contact LIMIT none | MALFORMED_QUERY",
            "SELECT FIELDS(ALL) FROM Contact | MALFORMED_QUERY",
            "SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01T00:00:00Z' | INVALID_FIELD",
            "SELECT Id FROM Contact WHERE SystemModstamp > 2026-01-01 | INVALID_FIELD",
            "SELECT Id FROM Contact WHERE Name = 5 | INVALID_FIELD",
            "SELECT Id FROM Contact WHERE Description = 'x' | INVALID_FIELD",
            "SELECT Id FROM Contact ORDER BY Description | INVALID_FIELD"})
    void refusesWithSalesforcesCodes(String soql, String errorCode) {
        assertThat(calls.query(soql).status()).isEqualTo(400);
        assertThat(calls.errorCode(soql)).isEqualTo(errorCode);
    }

    @Test
    void refusesAnAddressThatIsTooLong() {
        String condition = "SELECT Id FROM Contact WHERE Title = '" + "x".repeat(15_000) + "'";

        assertThat(calls.query(condition).status()).isEqualTo(200);
        assertThat(calls.query(condition.replace("xxx", "xxxx")).status()).isEqualTo(414);
    }

    @Test
    void refusesAQueryThatIsNotThere() {
        assertThat(Calls.json(calls.get("/query")).at("/0/errorCode").asText()).isEqualTo("MALFORMED_QUERY");
    }
}
