package dev.serai.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.Json;
import dev.serai.sandbox.salesforce.Calls;
import dev.serai.sandbox.salesforce.SObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rows through the Bulk API and through queries. */
class RowsTest {

    private final Calls calls = new Calls(40);
    private final Describe invoice = describe("{\"name\":\"Invoice__c\",\"fields\":[" + Stream.of("Id:id", "IsDeleted:boolean",
            "Name:string", "Count:int", "Amount:currency", "SystemModstamp:datetime").map(field -> "{\"name\":\""
            + field.split(":")[0] + "\",\"type\":\"" + field.split(":")[1] + "\"}").collect(Collectors.joining(",")) + "]}");

    @Test
    void areTheSameBytesThroughBothApisForEverySObject() throws IOException {
        calls.fake.bulk().completeAfter(1);
        int compared = 0;
        for (SObject sobject : calls.fake.org().sobjects()) {
            if (List.of("Name", "CaseStatus").contains(sobject.name())) {
                continue;
            }
            Describe describe = describe(calls.get("/sobjects/" + sobject.name() + "/describe").body());
            String soql = describe.select() + " ORDER BY Id";
            List<Row> queried = QueryPage.read(new ByteArrayInputStream(calls.query(soql).body()), describe).rows();
            List<Row> bulk = bulk(soql, describe);

            assertThat(texts(bulk)).as(sobject.name()).isNotEmpty().isEqualTo(texts(queried));
            assertThat(bulk).extracting(Row::id).isEqualTo(queried.stream().map(Row::id).toList());
            assertThat(bulk).extracting(Row::stamp).isEqualTo(queried.stream().map(Row::stamp).toList());
            compared++;
        }
        assertThat(compared).isEqualTo(49);
    }

    @Test
    void getTheirTypesBack() throws IOException {
        Row row = read("\"Id\",\"IsDeleted\",\"Name\",\"Count\",\"Amount\",\"SystemModstamp\"\n"
                + "\"a00\",\"true\",\"say \"\"hi\"\",\nthere\",\"0.0\",\"12\",\"2026-01-01T00:00:00.000Z\"\n").get(0);

        assertThat(text(row)).isEqualTo("{\"Id\":\"a00\",\"Name\":\"say \\\"hi\\\",\\nthere\",\"Count\":0,"
                + "\"Amount\":12.0,\"SystemModstamp\":\"2026-01-01T00:00:00.000Z\"}");
        assertThat(row.id()).isEqualTo("a00");
        assertThat(row.isDeleted()).isTrue();
        assertThat(row.stamp()).isEqualTo("2026-01-01T00:00:00.000Z");
    }

    @Test
    void haveNullForEmptyAndNoNul() throws IOException {
        List<Row> rows = read("\"Id\",\"Name\",\"Count\"\n\"a01\",\"\",\"\"\n\"a02\",\"Na\0me\0\",\"7.0\"\n");

        assertThat(texts(rows)).containsExactly("{\"Id\":\"a01\",\"Name\":null,\"Count\":null}",
                "{\"Id\":\"a02\",\"Name\":\"Name\",\"Count\":7}");
        assertThat(rows.get(0).stamp()).isNull();
    }

    @Test
    void keepWhatDoesNotFitItsType() throws IOException {
        List<Row> rows = read("\"Id\",\"Count\",\"Amount\",\"IsDeleted\",\"Added__c\"\n"
                + "\"a01\",\"many\",\"1E999999\",\"yes\",\"new\"\n\"a02\",\"1.5\",\"1.50\",\"false\",\"\"\n");

        assertThat(texts(rows)).containsExactly(
                "{\"Id\":\"a01\",\"Count\":\"many\",\"Amount\":\"1E999999\",\"Added__c\":\"new\"}",
                "{\"Id\":\"a02\",\"Count\":1.5,\"Amount\":1.5,\"Added__c\":null}");
    }

    @Test
    void areNoneIfOnlyTheHeadIsThere() throws IOException {
        assertThat(read("\"Id\",\"Name\"\n")).isEmpty();
        assertThatThrownBy(() -> read("")).isInstanceOf(IOException.class);
    }

    @Test
    void areRefusedIfTheyAreCutOff() {
        assertThatThrownBy(() -> read("\"Id\",\"Name\"\n\"a01\",\"One\"\n\"a02\"\n")).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("row 2").hasStackTraceContaining("1 of 2 columns");
        assertThatThrownBy(() -> read("\"Id\",\"Name\"\n\"a01\",\"On")).isInstanceOf(UncheckedIOException.class);
        byte[] page = calls.query("SELECT Id, Name FROM Contact").body();
        for (int length = 0; length < page.length; length += 97) {
            InputStream half = new ByteArrayInputStream(Arrays.copyOf(page, length));
            assertThatThrownBy(() -> QueryPage.read(half, invoice)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void areReadOneByOneFromAResultWithoutEnd() throws IOException {
        Endless endless = new Endless("\"Id\",\"Name\",\"Count\"\n", "\"a01\",\"One\",\"1.0\"\n");
        try (BulkCsv csv = new BulkCsv(endless, invoice)) {
            for (int row = 0; row < 100_000; row++) {
                csv.next();
            }
            assertThat(csv.count()).isEqualTo(100_000);
            assertThat(endless.given).isLessThan(101_000);
        }
    }

    @Test
    void comeWithWhereToGoOn() throws IOException {
        byte[] body = calls.send("GET", Calls.BASE + "/query", Map.of("q", "SELECT Id FROM OpportunityFieldHistory"),
                Map.of(), "").body();
        QueryPage all = QueryPage.read(new ByteArrayInputStream(body), invoice);
        assertThat(all.next()).isEmpty();
        assertThat(all.totalSize()).isEqualTo(all.rows().size());

        Calls more = new Calls(450);
        byte[] first = more.send("GET", Calls.BASE + "/query", Map.of("q", "SELECT Id FROM Contact"),
                Map.of("sforce-query-options", "batchSize=200"), "").body();
        assertThat(QueryPage.read(new ByteArrayInputStream(first), invoice).next().orElseThrow()).startsWith(Calls.BASE
                + "/query/01g");
    }

    private List<Row> bulk(String soql, Describe describe) throws IOException {
        String asked = Json.MAPPER.createObjectNode().put("operation", "query").put("query", soql).toString();
        String id = Calls.json(calls.send("POST", Calls.BASE + "/jobs/query", Map.of(), Map.of(), asked)).path("id").asText();
        calls.get("/jobs/query/" + id);
        return rows(calls.get("/jobs/query/" + id + "/results").body(), describe);
    }

    private List<Row> read(String csv) throws IOException {
        return rows(csv.getBytes(StandardCharsets.UTF_8), invoice);
    }

    private static List<Row> rows(byte[] bytes, Describe describe) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BulkCsv csv = new BulkCsv(new ByteArrayInputStream(bytes), describe)) {
            csv.forEachRemaining(rows::add);
        }
        return rows;
    }

    private static Describe describe(String json) {
        return describe(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Describe describe(byte[] json) {
        try {
            return Describe.read(new ByteArrayInputStream(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream().map(RowsTest::text).toList();
    }

    private static String text(Row row) {
        return new String(row.json(), StandardCharsets.UTF_8);
    }

    /** A head, and a line that comes again and again. */
    private static final class Endless extends InputStream {
        private final byte[] line;
        private byte[] now;
        private int at;
        private int given;

        Endless(String head, String line) {
            this.now = head.getBytes(StandardCharsets.UTF_8);
            this.line = line.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() {
            if (at == now.length) {
                given++;
                now = line;
                at = 0;
            }
            return now[at++];
        }

        /** One line at most, so that what is read ahead is the reader's doing. */
        @Override
        public int read(byte[] into, int from, int length) {
            int taken = 0;
            do {
                into[from + taken++] = (byte) read();
            } while (taken < length && at < now.length);
            return taken;
        }
    }
}
