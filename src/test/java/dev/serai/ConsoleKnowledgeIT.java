package dev.serai;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was loaded, asked in the console: SQL, funnels, audiences; and two people who look at once. */
class ConsoleKnowledgeIT extends ConsoleInBrowser {

    private static final String READERS = "readers";

    /** Asked a question without end, at the beginning: it is cut after half a minute, in which the others go on. */
    private static ConsoleTab endless;

    @BeforeAll
    static void begin() throws Exception {
        start("");
        hub.emails();
        await().atMost(ConsoleHub.PATIENCE).ignoreExceptions().until(() -> hub.get("/api/warehouses/warehouse/schema").toString()
                .contains("email_link_clicked"));
        endless = browser.tab(hub.url());
        ask(endless, "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t");
    }

    /** Types it where people do, and runs it. */
    private static void ask(ConsoleTab tab, String sql) {
        if (!tab.page.url().endsWith("#/warehouse")) {
            tab.go("warehouse");
        }
        tab.page.locator(".CodeMirror-code").click();
        tab.page.keyboard().press("Control+A");
        tab.page.keyboard().insertText(sql);
        tab.page.keyboard().press("Control+Enter");
    }

    private Locator cells() {
        return tab.page.locator(".result-table td");
    }

    @Test
    void aQueryIsATableAChartAndAFile() throws Exception {
        // When
        ask(tab, "SELECT event_text AS event, count(*) AS events FROM website.tracks GROUP BY event_text ORDER BY events DESC");

        // Then
        assertThat(cells()).hasText(new String[] {"Email Sent", "4", "Email Delivered", "3", "Email Opened", "2", "Email Link Clicked", "1"});
        tab.page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Chart")).click();
        assertThat(tab.page.getByLabel("events").locator("li")).hasCount(4);
        Download download = tab.page.waitForDownload(() -> tab.button("Download CSV").click());
        Path file = folder.resolve(download.suggestedFilename());
        download.saveAs(file);
        Assertions.assertThat(file).hasFileName("query.csv");
        Assertions.assertThat(Files.readAllLines(file)).startsWith("\"event\",\"events\"", "\"Email Sent\",4").hasSize(5);

        // and as a line, where the first column says when
        ask(tab, "SELECT DATE '2026-01-01' + CAST(i AS INTEGER) AS day, i * i AS squares FROM range(30) AS t(i)");
        tab.sees(tab.page.locator("figure canvas"));
    }

    @Test
    void whatTheHubHasIsListedAndPutsItselfIntoTheQuery() {
        // Given
        tab.go("warehouse");
        tab.page.getByLabel("Find a table").fill("email_opened");

        // When
        tab.page.getByLabel("Tables and columns").getByText("email_opened").click();

        // Then
        assertThat(tab.page.locator(".CodeMirror-code")).containsText("website.email_opened");
        tab.button("Columns of email_opened").click();
        assertThat(tab.page.getByLabel("Tables and columns")).containsText("campaign_name");
    }

    @Test
    void whatWouldWriteIsRefusedAndAMillionRowsAreCutWithASentence() {
        // When
        ask(tab, "DELETE FROM website.tracks");

        // Then
        Locator problem = tab.page.locator(".bench").getByRole(AriaRole.ALERT);
        assertThat(problem).hasText(Pattern.compile("That did not work\\. .*(SELECT|read).*"));

        // and
        ask(tab, "SELECT i FROM range(1000000) AS t(i)");
        tab.sees("There were more rows than a query may answer; the rest is cut off.");
        tab.sees("10,000 rows and more, which are cut off");
        assertThat(tab.page.locator(".result-table tbody tr")).hasCount(1000);
        ask(tab, "SELECT count(*) FROM website.email_sent");
        assertThat(cells()).hasText(new String[] {"4"});
    }

    @Test
    void aQueryWithoutEndIsCutWithASentence() {
        assertThat(endless.page.locator(".bench").getByRole(AriaRole.ALERT)).containsText("the query took longer than 30 s");
        assertThat(endless.button("Run")).isEnabled();
        endless.assertQuiet();
    }

    @Test
    void theEmailFunnelIsBuiltWithItsNumbers() {
        // Given
        tab.go("reports");

        // When
        tab.page.locator("main a.card").filter(new Locator.FilterOptions().setHasText("email-funnel")).click();

        // Then
        Locator steps = tab.page.locator("ol.funnel li");
        assertThat(steps).containsText(new String[] {"Email Sent", "Email Delivered", "Email Opened", "Email Link Clicked"});
        assertThat(steps.locator(".funnel-head .num")).hasText(new String[] {"4", "3", "2", "1"});
        assertThat(steps.nth(1)).containsText("75 % of those before; 1 went no further");
        assertThat(tab.row("Spring")).containsText("25 %");
    }

    @Test
    void anAudienceIsPreviewedAndRun() {
        // Given
        tab.go("audiences/" + READERS);
        tab.sees(tab.heading(READERS));

        // When
        tab.button("Preview").click();

        // Then
        tab.sees(tab.page.getByLabel("Sample").getByText("reader-0"));
        assertThat(tab.page.getByLabel("Sample")).containsText("reader-1");
        tab.button("Run now").click();
        tab.sees(tab.toast(READERS + " has 2 rows"));
        assertThat(tab.page.locator("dl.facts").first()).containsText("Size2");
    }

    @Test
    void whatOneHasTheHubDoTheOtherSees() {
        try (ConsoleTab other = browser.tab(hub.url())) {
            // Given
            other.go("");
            other.sees(other.heading("Overview"));
            other.sees(other.button("Activity"));
            tab.go("audiences");
            tab.sees(tab.row(READERS));

            // When
            tab.row(READERS).getByText("Run now").click();
            tab.sees(tab.toast(READERS + " has 2 rows"));

            // Then
            other.sees(other.toast(READERS));
            other.button("Activity").click();
            other.sees(other.page.locator(".activity-list li").filter(new Locator.FilterOptions().setHasText(READERS)).first());
            other.assertQuiet();
        }
    }
}
