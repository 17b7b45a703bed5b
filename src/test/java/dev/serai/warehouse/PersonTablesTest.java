package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.privacy.PersonStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A person's rows in real databases, as the loader made them. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class PersonTablesTest {

    @Parameter
    TestDatabase database;

    private Loading hub;
    private PersonStore tables;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        hub = new Loading(database, directory);
        tables = hub.warehouse.people();
    }

    @AfterEach
    void close() throws Exception {
        hub.close();
    }

    private String call(String type, String user, String anonymous, String more) {
        return hub.event(type, (user == null ? "" : "\"userId\":\"" + user + "\",")
                + (anonymous == null ? "" : "\"anonymousId\":\"" + anonymous + "\",") + more);
    }

    @Test
    void removesWhatNamesThePersonAndLeavesTheNeighbours() throws Exception {
        // Given
        hub.load(call("track", "pia", "a1", "\"event\":\"Order Completed\",\"properties\":{\"total\":1}"),
                call("track", "nils", "a2", "\"event\":\"Order Completed\",\"properties\":{\"total\":2}"),
                call("identify", "pia", null, "\"traits\":{\"email\":\"pia@example.com\"}"),
                call("identify", "nils", null, "\"traits\":{\"email\":\"nils@example.com\"}"),
                call("page", "pia", null, "\"name\":\"Home\""), call("page", "nils", null, "\"name\":\"Home\""),
                call("alias", "pia", null, "\"previousId\":\"p\""), call("alias", "nils", null, "\"previousId\":\"pia\""),
                call("alias", "nils", null, "\"previousId\":\"n\""));
        assertThat(tables.count("pia")).isEqualTo(Map.of("website.aliases", 2L, "website.identifies", 1L,
                "website.order_completed", 1L, "website.pages", 1L, "website.tracks", 1L, "website.users", 1L));

        // When
        Map<String, Long> removed = tables.remove("pia");

        // Then
        assertThat(removed).isEqualTo(Map.of("website.aliases", 2L, "website.identifies", 1L,
                "website.order_completed", 1L, "website.pages", 1L, "website.tracks", 1L, "website.users", 1L));
        assertThat(tables.count("pia")).isEmpty();
        assertThat(tables.remove("pia")).isEmpty();
        assertThat(tables.count("nils")).isEqualTo(Map.of("website.aliases", 1L, "website.identifies", 1L,
                "website.order_completed", 1L, "website.pages", 1L, "website.tracks", 1L, "website.users", 1L));
        assertThat(hub.rows("SELECT email FROM website.users")).hasToString("[[nils@example.com]]");
    }

    @Test
    void removesWhatThePersonDidBeforeTheyWereKnownUnlessSomebodyElseUsedTheDevice() throws Exception {
        // Given
        hub.load(call("page", null, "own", "\"name\":\"First\""), call("page", null, "kiosk", "\"name\":\"Shared\""),
                call("page", null, "else", "\"name\":\"Other\""), call("page", "pia", "own", "\"name\":\"Known\""),
                call("page", "pia", "kiosk", "\"name\":\"Known\""),
                call("track", "nils", "kiosk", "\"event\":\"Order Completed\""));

        // When
        Map<String, Long> removed = tables.remove("pia");

        // Then
        assertThat(removed).isEqualTo(Map.of("website.pages", 3L));
        assertThat(hub.rows("SELECT name FROM website.pages ORDER BY name")).hasToString("[[Other], [Shared]]");
        assertThat(hub.value("SELECT count(*) FROM website.tracks")).isEqualTo(1L);
    }

    @Test
    void removesObjectsThatNameThePersonByAFieldMeantForIt() throws Exception {
        // Given
        hub.loadObjects(Loading.object("users", "pia", 1, "{\"name\":\"Pia\"}"), Loading.object("users", "7", 1, "{\"external_id\":\"pia\"}"),
                Loading.object("users", "8", 1, "{\"email\":\"nils\"}"), Loading.object("tickets", "pia", 1, "{\"user_id\":\"nils\"}"),
                Loading.object("tickets", "9", 1, "{\"user_id\":\"pia\"}"), Loading.object("leads", "10", 1, "{\"Email\":\"pia\"}"),
                Loading.object("counters", "11", 1, "{\"user_id\":5,\"email\":true}"));

        // When
        Map<String, Long> removed = tables.remove("pia");

        // Then
        assertThat(removed).isEqualTo(Map.of("stripe.users", 2L, "stripe.tickets", 1L, "stripe.leads", 1L));
        assertThat(hub.rows("SELECT id FROM stripe.users")).hasToString("[[8]]");
        assertThat(hub.rows("SELECT id FROM stripe.tickets")).hasToString("[[pia]]");
        assertThat(tables.count("pia")).isEmpty();
    }

    @Test
    void leavesTablesOfOtherProgramsAlone() throws Exception {
        // Given
        hub.load(call("identify", "pia", null, "\"traits\":{}"));
        hub.execute("CREATE SCHEMA crm");
        hub.execute("CREATE TABLE crm.users (id VARCHAR, uuid_ts TIMESTAMP)");
        hub.execute("INSERT INTO crm.users VALUES ('pia', NULL)");
        hub.execute("CREATE TABLE crm.invoices (user_id VARCHAR)");
        hub.execute("INSERT INTO crm.invoices VALUES ('pia')");
        hub.execute("CREATE VIEW crm.people AS SELECT id AS user_id, uuid_ts FROM crm.users");

        // When
        tables.remove("pia");

        // Then
        assertThat(hub.value("SELECT count(*) FROM website.users")).isEqualTo(0L);
        assertThat(hub.value("SELECT count(*) FROM crm.users")).isEqualTo(1L);
        assertThat(hub.value("SELECT count(*) FROM crm.invoices")).isEqualTo(1L);
    }

    @Test
    void takesAnIdForWhatItIsWhateverCharactersItHas() throws Exception {
        // Given
        String hostile = "o'neil\\\" OR 1=1 --%";
        hub.load(call("track", "o'neil\\\\\\\" OR 1=1 --%", null, "\"event\":\"Order; \\\"Completed\\\"\""),
                call("track", "nils", null, "\"event\":\"Order; \\\"Completed\\\"\""));
        List<List<Object>> before = hub.rows("SELECT user_id FROM website.tracks ORDER BY user_id");
        assertThat(before).hasToString("[[nils], [" + hostile + "]]");

        // When
        tables.remove(hostile);

        // Then
        assertThat(hub.rows("SELECT user_id FROM website.tracks")).hasToString("[[nils]]");
    }
}
