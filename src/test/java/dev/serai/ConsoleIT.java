package dev.serai;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.serai.sandbox.Fault;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people do in the console, in a real browser, on a hub of the jar. */
class ConsoleIT extends ConsoleInBrowser {

    @BeforeAll
    static void begin() throws Exception {
        start("");
    }

    /** The debugger, once it listens. */
    private void debug(String filters) {
        tab.go("debugger" + filters);
        tab.seesItListen();
    }

    private Locator events(String text) {
        return tab.page.locator("ol.stream button.event").filter(new Locator.FilterOptions().setHasText(text));
    }

    @Test
    void anEventIsSeenComingAndPauseHoldsBackWhatComesUntilOneResumes() throws Exception {
        // Given
        debug("?source=website");
        hub.track("d1", "annie", "Song Liked", "{}");
        tab.sees(events("Song Liked"));

        // When
        tab.button("Pause").click();
        hub.track("d2", "annie", "Song Skipped", "{}");

        // Then
        tab.sees(tab.button("Resume, 1 new event"));
        assertThat(events("Song Skipped")).hasCount(0);
        tab.button("Resume, 1 new event").click();
        tab.sees(events("Song Skipped"));
        assertThat(tab.button("Pause")).isVisible();
    }

    @Test
    void whatIsSoughtMayStandAnywhereInThePayloadAndFiltersChooseByTypeNameSourceAndKind() throws Exception {
        // Given
        debug("");
        hub.track("s1", "bobby", "Cart Viewed", "{\"note\":\"needle in hay\"}");
        hub.post("demo-website-key", "identify", "{\"messageId\":\"s2\",\"userId\":\"bobby\",\"traits\":{\"plan\":\"pro\"}}");
        hub.post("app-key", "track", "{\"messageId\":\"s3\",\"userId\":\"bobby\",\"event\":\"Song Played\"}");
        hub.post("app-key", "track", "{\"messageId\":\"s4\",\"userId\":\"bobby\"}");
        tab.sees(events("Cart Viewed"));
        tab.sees(events("identify"));
        tab.sees(events("Song Played"));
        tab.sees(events("rejected"));

        // When
        tab.page.getByLabel("Search in the payload").fill("NEEDLE in");

        // Then
        assertThat(events("")).containsText(new String[] {"Cart Viewed"});
        tab.button("No filters").click();
        tab.page.getByLabel("Type").selectOption("identify");
        assertThat(events("")).containsText(new String[] {"identify"});
        tab.button("No filters").click();
        tab.page.getByLabel("Name", exactly()).fill("cart v");
        assertThat(events("")).containsText(new String[] {"Cart Viewed"});
        tab.button("No filters").click();
        tab.page.getByLabel("Source").selectOption("app");
        assertThat(events("website")).hasCount(0);
        tab.page.getByLabel("Kind").selectOption("violation");
        assertThat(events("")).containsText(new String[] {"Song Played"});
        tab.page.getByLabel("Kind").selectOption("rejected");
        tab.sees(events("rejected"));
        assertThat(events("accepted")).hasCount(0);
        tab.button("No filters").click();
        tab.sees(events("Cart Viewed"));
    }

    @Test
    void theWayOfAnEventShowsWhatCameWhereItWentWithRequestAndAnswerAndItsTables() throws Exception {
        // Given
        debug("?source=website");
        hub.track("j1", "cleopatra", "Order Completed", "{\"order_id\":\"o-77\",\"total\":12.5}");
        events("Order Completed").click();

        // When
        tab.page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Journey")).click();

        // Then
        tab.sees(step("Received"));
        tab.sees(step("Routed").filter(has("webhook")).first());
        Locator delivered = step("Delivered").filter(has("webhook"));
        tab.sees(delivered);
        delivered.locator("summary").click();
        assertThat(delivered.getByLabel("Request")).containsText("o-77");
        assertThat(delivered.getByLabel("Response")).containsText("200");
        Locator loaded = step("Loaded");
        tab.sees(loaded.filter(has("website.order_completed")));

        // and by its link
        tab.page.getByText("Link to its journey").click();
        tab.sees(tab.heading("Journey"));
        tab.sees(step("Loaded").filter(has("website.order_completed")));
        assertThat(tab.page.getByLabel("The event")).containsText("o-77");
    }

    private Locator step(String title) {
        return tab.page.locator("ol.journey > li").filter(new Locator.FilterOptions().setHas(tab.page.locator("strong").getByText(title,
                new Locator.GetByTextOptions().setExact(true))));
    }

    private static Locator.FilterOptions has(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    @Test
    void hostileEventsAreTextAndThePageGoesOn() throws Exception {
        // Given
        debug("?source=website");
        String markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        String keys = IntStream.range(0, 10_000).mapToObj(i -> "\"key-" + i + "\":" + i).collect(Collectors.joining(",", "{", "}"));

        // When
        hub.track("h1", "mallory", markup, "{\"html\":\"" + markup + "\",\"__proto__\":{\"polluted\":true}}");
        hub.track("h2", "mallory", "Paid \u202e00.1 EUR\u202c", "{\"name\":\"\u202e\u2066gnp.exe\u0007\"}".replace("\u0007", "\\u0007"));
        hub.track("h3", "mallory", "Long Told", "{\"text\":\"" + "x".repeat(32_000) + "\"}");
        hub.track("h4", "mallory", "Many Kept", "{" + IntStream.range(0, 2_500).mapToObj(i -> "\"k" + i + "\":" + i)
                .collect(Collectors.joining(",")) + "}");
        hub.post("demo-website-key", "track", "{\"messageId\":\"h5\",\"userId\":\"mallory\",\"event\":\"Too Many\",\"properties\":" + keys + "}");

        // Then
        events("<img src=x onerror=alert(1)>").click();
        assertThat(tab.page.locator("article h2")).hasText(markup);
        assertThat(tab.page.locator("article pre").first()).containsText("<script>alert(2)</script>");
        assertThat(tab.page.locator("article img, ol.stream img, main script")).hasCount(0);
        events("Paid").click();
        assertThat(tab.page.locator("article h2 .control")).hasCount(2);
        // a destination may refuse these two, which is another line
        events("accepted").filter(has("Long Told")).click();
        assertThat(tab.page.locator("article header")).containsText(Pattern.compile("3\\d(\\.\\d)? KB"));
        events("accepted").filter(has("Many Kept")).click();
        tab.page.locator("article").getByText("Show all").click();
        assertThat(tab.page.locator("article pre").first()).containsText("\"k2499\": 2499");
        events("Too Many").click();
        tab.page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Raw")).click();
        tab.page.locator("article").getByText("Show all").first().click();
        assertThat(tab.page.locator("article pre").first()).containsText("\"key-9999\": 9999");
        org.assertj.core.api.Assertions.assertThat(tab.page.evaluate("({}).polluted")).isNull();
        hub.track("h6", "mallory", "Still Here", "{}");
        tab.sees(events("Still Here"));
    }

    @Test
    void anEventIsSavedAsASample() throws Exception {
        // Given
        debug("?source=website");
        hub.track("p1", "dorothy", "Sample Worthy", "{\"email\":\"dora@example.com\"}");
        events("Sample Worthy").click();

        // When
        tab.button("Save as sample").click();
        tab.page.getByLabel("Name, such as").fill("sample-worthy");
        tab.button("Save").click();

        // Then
        tab.sees(tab.toast("Saved an event as sample"));
        Path saved = hub.routes.resolve("segment/samples/sample-worthy");
        org.assertj.core.api.Assertions.assertThat(saved).isDirectory();
        tab.button("Save as sample").click();
        tab.page.getByLabel("Name, such as").fill("sample-worthy");
        tab.button("Save").click();
        tab.sees(tab.page.getByRole(AriaRole.ALERT));
    }

    @Test
    void aDeadLetterIsSeenWithRequestAndAnswerReplayedAndDelivered() throws Exception {
        // Given
        hub.faults.add(Fault.of("webhook", "", Fault.Kind.REFUSE_ITEMS, 1));
        hub.track("l1", "evelyn", "Letter Lost", "{\"order_id\":\"o-13\"}");
        tab.go("dead-letters?destination=webhook&messageId=l1");
        Locator letter = tab.page.locator("main li.card");
        tab.sees(letter);

        // When
        letter.getByText("Show the original").click();

        // Then
        assertThat(letter.getByLabel("The original")).containsText("o-13");
        letter.locator("summary").click();
        assertThat(letter.getByLabel("Request")).containsText("o-13");
        assertThat(letter.getByLabel("Response")).containsText("refused on demand");

        // and it goes on its way again
        tab.button("Replay these").click();
        tab.sees("1 dead letter is meant");
        tab.button("Replay 1").click();
        tab.sees("Done.");
        tab.button("Close").first().click();
        tab.go("journey/l1");
        tab.sees(step("Delivered").filter(has("webhook")));
    }

    @Test
    void aSyncIsRunFromThePageAndItsRowsAreSeen() {
        // Given
        tab.go("syncs");
        tab.page.locator("#of").selectOption("stripe");
        Locator customers = tab.row("stripe customers");
        assertThat(customers.locator("td").nth(2)).hasText(Pattern.compile("^[1-9].*"));

        // When
        customers.getByText("All of it").click();

        // Then
        tab.sees(tab.toast("Syncs stripe/customers, all of it anew."));
        tab.button("Activity").click();
        tab.sees(tab.page.locator(".activity-list li").filter(has("customers")).filter(has("ended")));
    }

    @Test
    void theRoutingIsAGraphThatLeadsToItsDestinations() {
        // Given
        tab.go("routing");

        // When
        Locator webhook = tab.page.locator("a.tree-node.destination").filter(has("webhook"));

        // Then
        tab.sees(webhook);
        assertThat(webhook).containsText("on");
        assertThat(tab.page.locator(".tree-node.condition code").first()).hasText("${header.type} != 'object'");
        webhook.click();
        tab.sees(tab.heading("webhook"));
        tab.sees(tab.page.getByLabel("Stages of delivery").getByText("Delivered"));
    }

    @Test
    void theFirstLinkLeadsPastTheNavigationAndEnterOpensAPage() {
        // Given
        tab.go("");
        tab.sees(tab.heading("Overview"));

        // When
        tab.page.keyboard().press("Tab");

        // Then
        Locator skip = tab.page.getByText("Skip to content");
        assertThat(skip).isFocused();
        assertThat(skip).isInViewport();
        tab.page.keyboard().press("Enter");
        assertThat(tab.page.locator("#main")).isFocused();

        // and to a page
        tab.page.keyboard().press("Shift+Tab");
        Locator sources = tab.page.getByRole(AriaRole.NAVIGATION).getByText("Sources");
        for (int i = 0; i < 40 && !(boolean) sources.evaluate("link => link === document.activeElement"); i++) {
            tab.page.keyboard().press("Shift+Tab");
        }
        assertThat(sources).isFocused();
        tab.page.keyboard().press("Enter");
        tab.sees(tab.heading("Sources"));
        assertThat(tab.heading("Sources")).isFocused();
        assertThat(sources).hasAttribute("aria-current", "page");
    }
}
