package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.Json;
import java.io.IOException;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PrettyEventTest {

    private final PrettyEvent plain = new PrettyEvent(new Terminal(false), ZoneOffset.UTC);

    @Test
    void showsWhoDidWhatAndWhatIsParticularAboutIt() throws IOException {
        assertThat(lines("accepted", """
                {"source":"website","type":"track","event":"Order Completed","userId":"u-1","groupId":"g",
                 "receivedAt":"2026-11-24T10:02:03.004Z","properties":{"order_id":"o","cartId":"c","total":39.95,
                 "currency":"EUR","note":"a b","products":[1,2],"address":{"city":"Berlin"},"gift":null}}"""))
                .isEqualTo("10:02:03  accepted   website     track     Order Completed  user u-1  group g\n"
                        + "          total=39.95 currency=EUR note=\"a b\" products=[2] address={1} gift=null "
                        + "order_id=o cartId=c");
    }

    @Test
    void showsTheTraitsOfAPersonAndTheNameOfAPage() throws IOException {
        assertThat(lines("accepted", """
                {"source":"app","type":"identify","anonymousId":"a1","receivedAt":"x","traits":{"plan":"pro"}}"""))
                .isEqualTo("--:--:--  accepted   app         identify  anonymous a1\n          plan=pro");
        assertThat(lines("accepted", """
                {"source":"app","type":"page","name":"Home","userId":"u"}"""))
                .isEqualTo("--:--:--  accepted   app         page      Home  user u");
    }

    @Test
    void marksWhatIsUnplannedAndWhatWasRejected() throws IOException {
        assertThat(lines("unplanned", "{\"source\":\"braze\",\"type\":\"track\",\"event\":\"New\",\"userId\":\"u\"}"))
                .isEqualTo("--:--:--  unplanned  braze       track     New  user u");
        assertThat(lines("rejected", """
                {"id":"d","source":"website","stage":"ingest","code":"no_user_anon_id",
                 "message":"the event needs 'userId' or 'anonymousId'","at":"2026-11-24T10:00:00Z",
                 "raw":"{\\n  \\"event\\": \\"X\\"\\n}"}"""))
                .isEqualTo("10:00:00  rejected   website     ingest    no_user_anon_id  "
                        + "the event needs 'userId' or 'anonymousId'\n          { \"event\": \"X\" }");
    }

    @Test
    void coloursOnlyOnATerminal() throws IOException {
        String json = "{\"source\":\"s\",\"stage\":\"ingest\",\"code\":\"c\",\"message\":\"m\",\"raw\":\"r\"}";

        assertThat(lines("rejected", json)).doesNotContain("\u001b");
        assertThat(new PrettyEvent(new Terminal(true), ZoneOffset.UTC).lines("rejected", Json.MAPPER.readTree(json)))
                .contains("\u001b[31mrejected \u001b[0m", "\u001b[31mm\u001b[0m");
    }

    @Test
    void hostileTextReachesTheTerminalHarmlessFromEveryField() throws IOException {
        String evil = "\\u001b]0;owned\\u0007\\u009b2J\\u202e\\n\\r\\u0000";
        StringBuilder json = new StringBuilder("{");
        for (String field : new String[] {"source", "type", "event", "name", "userId", "receivedAt", "stage", "code",
            "message", "at", "raw", "groupId", "previousId"}) {
            json.append('"').append(field).append("\":\"").append(evil).append("\",");
        }
        json.append("\"properties\":{\"").append(evil).append("\":\"").append(evil).append("\"}}");

        for (String kind : new String[] {"accepted", "unplanned", "rejected"}) {
            String shown = lines(kind, json.toString());
            assertThat(shown.lines()).as(kind).hasSizeLessThanOrEqualTo(2);
            assertThat(shown).matches("[ -~\\n\u2026]*").contains("\\u001b]0;owned\\u0007");
        }
    }

    @Test
    void aHugeEventStaysTwoShortLines() throws IOException {
        StringBuilder json = new StringBuilder("{\"type\":\"track\",\"event\":\"" + "e".repeat(9000)
                + "\",\"properties\":{");
        for (int i = 0; i < 10_000; i++) {
            json.append(i == 0 ? "" : ",").append("\"key").append(i).append("\":\"").append("v".repeat(99)).append('"');
        }

        assertThat(lines("accepted", json.append("}}").toString()).lines()).hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(220).contains("\u2026"));
    }

    @Test
    void showsSomethingForWhatIsNoEventAtAll() throws IOException {
        assertThat(lines("accepted", "[]")).isEqualTo("--:--:--  accepted");
        assertThat(lines("rejected", "{\"rawBase64\":\"/w==\",\"code\":\"bad_request\"}"))
                .isEqualTo("--:--:--  rejected   bad_request\n          (not UTF-8)");
    }

    private String lines(String kind, String json) throws IOException {
        return plain.lines(kind, Json.MAPPER.readTree(json)).replace(System.lineSeparator(), "\n");
    }
}
