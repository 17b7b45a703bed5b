package dev.serai.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.salesforce.Calls;
import dev.serai.sandbox.salesforce.Org;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the fake can be followed at all: a reader with a keyset, a look-back and a sweep of ids, the plainest that is
 * right, has what the org has after any changes and faults.
 */
class ReadableTest {

    private static final int PAGE = 50;
    private static final Duration LOOK_BACK = Org.LATE.multipliedBy(2);

    private final Calls calls = new Calls(120);
    private final Random random = new Random(11);

    @ParameterizedTest
    @ValueSource(strings = {"Contact", "Account", "Task", "CampaignShare", "Lead", "OpportunityLineItem"})
    void isFollowedByAKeysetWithLookBackAndASweep(String sobject) throws IOException {
        Describe describe = Describe.read(new ByteArrayInputStream(calls.get("/sobjects/" + sobject + "/describe").body()));
        Map<String, String> rows = new TreeMap<>();
        Instant since = read(describe, Instant.EPOCH, rows);

        for (int round = 0; round < 12; round++) {
            for (int change = 0; change < 60; change++) {
                if (random.nextInt(5) == 0) {
                    Kind kind = random.nextBoolean() ? Kind.LATE_ROWS : Kind.EQUAL_STAMPS;
                    calls.faults.add(Fault.of("salesforce", "/" + sobject, kind, 1));
                }
                if (random.nextInt(3) == 0) {
                    calls.fake.mutate(sobject, random);
                } else {
                    calls.fake.mutate(random);
                }
                calls.clock.advance(Duration.ofMillis(random.nextInt(1500)));
            }
            since = read(describe, since.minus(LOOK_BACK), rows);
        }
        calls.faults.clear();
        calls.clock.advance(Org.LATE);
        read(describe, since.minus(LOOK_BACK), rows);
        rows.keySet().retainAll(ids(sobject));

        Map<String, String> all = new TreeMap<>();
        read(describe, Instant.EPOCH, all);
        assertThat(rows).isEqualTo(all);
        assertThat(rows.keySet()).isEqualTo(calls.fake.current(sobject).keySet());
        assertThat(rows).doesNotContainKeys(calls.fake.purged(sobject).toArray(String[]::new));
    }

    /** @return the last stamp that was read */
    private Instant read(Describe describe, Instant since, Map<String, String> into) throws IOException {
        String cursor = describe.cursor().orElseThrow();
        String stamp = since.toString();
        String id = "";
        while (true) {
            String soql = describe.select() + " WHERE " + cursor + " > " + stamp + " OR (" + cursor + " = " + stamp
                    + " AND Id > '" + id + "') ORDER BY " + cursor + ", Id LIMIT " + PAGE;
            QueryPage page = QueryPage.read(new ByteArrayInputStream(calls.send("GET", Calls.BASE + "/queryAll",
                    Map.of("q", soql), Map.of(), "").body()), describe);
            for (Row row : page.rows()) {
                into.put(row.id(), new String(row.json(), StandardCharsets.UTF_8));
                stamp = row.stamp();
                id = row.id();
            }
            if (page.rows().size() < PAGE) {
                return Instant.parse(stamp);
            }
        }
    }

    private Set<String> ids(String sobject) {
        Set<String> ids = new HashSet<>();
        calls.all("/queryAll", "SELECT Id FROM " + sobject).forEach(record -> ids.add(record.path("Id").asText()));
        return ids;
    }
}
