package dev.serai;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import dev.serai.sandbox.Fault;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All pages, on a hub that lets in who has a token: who may see what, how they look, how large they are, a hub that goes away. */
class ConsolePagesIT extends ConsoleInBrowser {

    private static final String TOKEN = "operators-token-1";
    private static final String VIEWER = "viewers-token-1";
    private static final Path PICTURES = Path.of("target/console-screenshots");
    private static final int MOST_BYTES = 300 * 1024;
    /** What a picture shows of a long page. */
    private static final int TALLEST = 2400;

    /** By name: where it is, and what is there once it is whole. */
    private static final Map<String, String[]> PAGES = new LinkedHashMap<>();

    static {
        page("overview", "", "a.node[data-node='d/webhook']");
        page("debugger", "debugger", "#sought");
        page("journey", "journey/shown-1", "ol.journey li");
        page("sources", "sources", "tbody tr");
        page("source", "sources/app", "main .card.reason");
        page("syncs", "syncs", "tbody tr");
        page("routing", "routing", ".tree-node.destination");
        page("destinations", "destinations", "tbody tr");
        page("destination", "destinations/webhook", ".stage");
        page("dead-letters", "dead-letters?destination=webhook", "main li.card");
        page("warehouse", "warehouse", ".schema details");
        page("audiences", "audiences", "tbody tr");
        page("audience", "audiences/readers", "dl.facts");
        page("profiles", "profiles", "#person");
        page("profile", "profiles/reader-0", "tbody tr");
        page("reports", "reports", "a.card");
        page("funnel", "reports/email-funnel", "ol.funnel li");
    }

    private static void page(String name, String place, String whole) {
        PAGES.put(name, new String[] {place, whole});
    }

    @BeforeAll
    static void begin() throws Exception {
        start(TOKEN, "serai.console.viewerToken=" + VIEWER);
        hub.faults.add(Fault.of("webhook", "", Fault.Kind.REFUSE_ITEMS, 1));
        hub.track("shown-1", "annie", "Order Completed", "{\"order_id\":\"o-1\",\"total\":49.9,\"email\":\"ann@example.com\"}");
        await().atMost(ConsoleHub.PATIENCE).until(() -> !hub.get("/api/dead-letters").path("deadLetters").isEmpty());
        hub.emails();
        hub.post("app-key", "track", "{\"messageId\":\"shown-2\",\"userId\":\"annie\",\"event\":\"Song Played\"}");
        hub.post("app-key", "track", "{\"messageId\":\"shown-3\",\"userId\":\"annie\"}");
        await().atMost(ConsoleHub.PATIENCE).until(() -> hub.get("/api/reports/email-funnel").path("rows").size() == 4);
    }

    private static void logIn(ConsoleTab tab, String token) {
        tab.page.getByLabel("Token").fill(token);
        tab.button("Log in").click();
    }

    @Test
    void aWrongTokenIsRefusedAndTheRightOneOpensWhatWasAskedFor() {
        // Given
        tab.go("destinations");
        tab.sees(tab.heading("Log in"));

        // When
        logIn(tab, "wrong");

        // Then
        tab.sees("This is not the token.");
        Assertions.assertThat(tab.page.evaluate("fetch('/api/overview').then(answer => answer.status)")).isEqualTo(401);
        logIn(tab, TOKEN);
        tab.sees(tab.heading("Destinations"));
        tab.sees("Operator");
        Assertions.assertThat(tab.page.evaluate("document.cookie")).as("what scripts see of the session").isEqualTo("");

        // and out again
        tab.button("Log out").click();
        tab.sees(tab.heading("Log in"));
        tab.page.reload();
        tab.sees(tab.heading("Log in"));
    }

    @Test
    void aViewerSeesPersonalDataMaskedAndNothingToDo() {
        // Given
        tab.go("journey/shown-1");

        // When
        logIn(tab, VIEWER);

        // Then
        assertThat(tab.page.getByLabel("The event")).containsText("Order Completed");
        assertThat(tab.page.getByLabel("The event")).not().containsText("ann@example.com");
        tab.sees("Viewer");
        tab.go("dead-letters?destination=webhook");
        tab.sees(tab.page.locator("main li.card").first());
        tab.sees("You are logged in as a viewer");
        assertThat(tab.page.getByText("Replay", new Page.GetByTextOptions().setExact(false)).locator("xpath=self::button")).hasCount(0);
        tab.page.locator("main li.card").first().getByText("Show the original").click();
        assertThat(tab.page.getByLabel("The original")).containsText("Order Completed");
        assertThat(tab.page.locator("main")).not().containsText("ann@example.com");
        tab.go("syncs");
        tab.sees(tab.row("stripe customers"));
        assertThat(tab.page.getByText("Sync now")).hasCount(0);
        tab.go("audiences");
        tab.sees(tab.row("readers"));
        assertThat(tab.page.getByText("Run now")).hasCount(0);
        tab.go("warehouse");
        tab.sees("SQL is for operators");
        tab.go("profiles/reader-0");
        tab.sees("Profiles are for operators");
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "light, 375", "dark, 375"})
    void everyPageIsWholeAndNoneScrollsSideways(String theme, int width) throws Exception {
        tab.close();
        tab = browser.tab(hub.url(), new Browser.NewContextOptions().setViewportSize(width, 800).setIsMobile(width < 500)
                .setColorScheme(theme.equals("dark") ? ColorScheme.DARK : ColorScheme.LIGHT));
        tab.go("");
        tab.sees(tab.heading("Log in"));
        picture("login", theme, width);
        logIn(tab, TOKEN);
        tab.sees(tab.heading("Overview"));
        for (Map.Entry<String, String[]> page : PAGES.entrySet()) {
            tab.go(page.getValue()[0]);
            tab.sees(tab.page.locator(page.getValue()[1]).first());
            assertThat(tab.page.locator("main .loading")).hasCount(0);
            more(page.getKey(), theme, width);
            picture(page.getKey(), theme, width);
            Assertions.assertThat((int) tab.page.evaluate("document.documentElement.scrollWidth")).as("width of %s", page.getKey())
                    .isLessThanOrEqualTo(width);
        }
    }

    /** What people would do there, so that there is something to see. */
    private void more(String page, String theme, int width) throws Exception {
        switch (page) {
            case "overview" -> assertThat(tab.page.locator("a.node[data-node='audiences']")).containsText("1 definition");
            case "debugger" -> {
                tab.seesItListen();
                hub.track("seen-1-" + theme + width, "bobby", "Product Viewed", "{\"product_id\":\"p-1\",\"price\":12.5,\"tags\":[\"new\",\"red\"]}");
                hub.post("app-key", "track", "{\"messageId\":\"seen-2-" + theme + width + "\",\"userId\":\"annie\",\"event\":\"Song Played\"}");
                hub.post("app-key", "track", "{\"messageId\":\"seen-3-" + theme + width + "\",\"userId\":\"annie\"}");
                tab.sees(tab.page.locator("ol.stream button.event.error").first());
                picture("debugger-list", theme, width);
                tab.page.locator("ol.stream button.event").filter(new Locator.FilterOptions()
                        .setHasText("Product Viewed")).first().click();
                tab.sees(tab.page.locator("article pre"));
            }
            case "dead-letters" -> {
                tab.page.getByText("Show the original").first().click();
                tab.page.locator("main details summary").first().click();
            }
            case "warehouse" -> {
                tab.sees(tab.page.locator(".CodeMirror-code"));
                tab.button("Run").click();
                tab.sees(tab.page.locator(".result-table"));
                picture("warehouse-table", theme, width);
                tab.page.getByText("Chart", new Page.GetByTextOptions().setExact(true)).click();
            }
            case "audience" -> {
                tab.button("Preview").click();
                tab.sees("Some of its members");
            }
            default -> { }
        }
    }

    private void picture(String name, String theme, int width) {
        int height = Math.min(TALLEST, (int) tab.page.evaluate("document.documentElement.scrollHeight"));
        tab.page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + "-" + theme + "-" + width + ".png")).setFullPage(true)
                .setClip(0, 0, width, height).setAnimations(ScreenshotAnimations.DISABLED));
    }

    @Test
    void theFirstLoadIsSmall() {
        // Given
        tab.go("");
        logIn(tab, TOKEN);

        // When
        tab.sees(tab.page.locator("a.node[data-node='d/webhook']"));
        Map<?, ?> sizes = (Map<?, ?>) tab.page.evaluate("""
                () => {
                    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
                    const sum = member => all.reduce((whole, one) => whole + one[member], 0);
                    return { sent: sum('transferSize'), whole: sum('decodedBodySize'), files: all.length,
                        paint: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime) };
                }""");

        // Then
        System.out.println("first load of the console: " + sizes);
        Assertions.assertThat(((Number) sizes.get("sent")).intValue()).isBetween(20_000, MOST_BYTES);
        Assertions.assertThat(((Number) sizes.get("whole")).intValue()).isGreaterThan(2 * ((Number) sizes.get("sent")).intValue());
    }

    @Test
    void aHubThatIsKilledShowsAsAwayAndWhenItIsBackThePageGoesOnWithoutAReload() throws Exception {
        // Given
        tab.go("debugger?source=website");
        logIn(tab, TOKEN);
        tab.seesItListen();
        hub.track("before", "annie", "Told Before", "{}");
        tab.sees(tab.page.locator("ol.stream").getByText("Told Before"));
        tab.page.evaluate("window.isSamePage = true");

        // When
        hub.kill();

        // Then
        tab.sees("The hub does not answer; trying again");
        tab.sees(tab.page.locator("ol.stream").getByText("Told Before"));

        // and back
        hub.start();
        assertThat(tab.page.locator(".banner")).hasCount(0);
        tab.seesItListen();
        hub.track("after", "annie", "Told After", "{}");
        tab.sees(tab.page.locator("ol.stream").getByText("Told After"));
        tab.page.getByText("Sources", new Page.GetByTextOptions().setExact(true)).click();
        tab.sees(tab.row("website"));
        Assertions.assertThat(tab.page.evaluate("window.isSamePage")).isEqualTo(true);
    }
}
