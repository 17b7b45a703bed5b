package dev.serai.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeRowsTest {

    private final Calls calls = new Calls(5_000_000, true);

    @Test
    void findsTheLastRowsByAKeysetAmongMillions() {
        List<JsonNode> last = calls.all("SELECT Id, SystemModstamp FROM Contact ORDER BY SystemModstamp DESC, Id DESC LIMIT 5");
        String stamp = last.get(4).path("SystemModstamp").asText();
        String id = last.get(4).path("Id").asText();

        List<String> after = calls.ids("SELECT Id FROM Contact WHERE (SystemModstamp > " + stamp + " OR (SystemModstamp = "
                + stamp
                + " AND Id > '" + id + "')) AND SystemModstamp < 2027-01-01T00:00:00Z ORDER BY SystemModstamp, Id LIMIT 2000");

        assertThat(after).hasSize(4).doesNotContain(id).isSorted();
        assertThat(Calls.json(calls.query("SELECT COUNT() FROM Contact")).path("totalSize").asInt()).isEqualTo(5_000_000);
    }

    @Test
    void pagesThroughManyRowsWithoutGapsOrRepeats() {
        String from = calls.ids("SELECT Id FROM Contact ORDER BY Id LIMIT 1 OFFSET 1000").get(0);
        List<String> seen = new ArrayList<>();
        String last = from;
        for (int page = 0; page < 5; page++) {
            List<String> ids = calls.ids("SELECT Id FROM Contact WHERE Id > '" + last + "' ORDER BY Id LIMIT 2000");
            seen.addAll(ids);
            last = ids.get(ids.size() - 1);
        }

        assertThat(seen).hasSize(10_000).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void showsChangedRowsOnceAndLastAndPurgedRowsNever() {
        for (int number = 100; number < 200; number++) {
            calls.fake.changeLarge(number, Json.MAPPER.createObjectNode().put("Title", "Changed"), calls.clock.instant());
        }
        calls.fake.purgeLarge(300);

        List<JsonNode> changed = calls.all("SELECT Id, Title FROM Contact WHERE SystemModstamp > 2026-01-31T00:00:00Z "
                + "ORDER BY SystemModstamp, Id");
        assertThat(changed).hasSize(100).allMatch(record -> record.path("Title").asText().equals("Changed"));
        assertThat(calls.ids("SELECT Id FROM Contact ORDER BY Id LIMIT 2000")).hasSize(2000).doesNotHaveDuplicates().isSorted();
        assertThat(Calls.json(calls.query("SELECT COUNT() FROM Contact")).path("totalSize").asInt()).isEqualTo(4_999_999);
    }

    @Test
    void refusesWhatWouldBeAWalkOverEverything() {
        assertThat(calls.errorCode("SELECT Id FROM Contact WHERE Email = 'a@b.example'")).isEqualTo("QUERY_TIMEOUT");
    }
}
