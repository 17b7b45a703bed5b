package dev.serai;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/**
 * A page of the console that notes what must never happen in one: an error in the browser's console, which is also where what
 * the Content-Security-Policy forbids is told, a dialog that a script opened, a request to anywhere but the hub.
 */
final class ConsoleTab implements AutoCloseable {

    /** An answer that is no success is the hub's matter, and its page says it. */
    private static final String ANSWER = "Failed to load resource";

    final Page page;
    private final BrowserContext context;
    private final String url;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> asked = new TreeSet<>();

    ConsoleTab(String url, BrowserContext context) {
        this.url = url;
        this.context = context;
        context.setDefaultTimeout(ConsoleBrowser.PATIENCE_MILLIS);
        context.addInitScript("addEventListener('securitypolicyviolation', e => console.error('forbidden: ' + e.violatedDirective + ' '"
                + " + e.blockedURI))");
        context.onRequest(request -> note(request.url()));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().startsWith(ANSWER)) {
                faults.add(message.text());
            }
        });
        page.onPageError(error -> faults.add("error: " + error));
        page.onDialog(dialog -> {
            faults.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
    }

    private void note(String request) {
        URI uri = URI.create(request.replaceFirst("[?#].*", ""));
        if (uri.getScheme().startsWith("http") || uri.getScheme().startsWith("ws")) {
            asked.add(uri.getScheme() + "://" + uri.getAuthority());
        }
    }

    /** Opens a page by its hash, such as {@code debugger?source=website}. */
    ConsoleTab go(String place) {
        page.navigate(url + "/#/" + place);
        return this;
    }

    /** What has this text, in what is shown. */
    Locator text(String text) {
        return page.getByText(text).first();
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator heading(String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The row of a table that has this text. */
    Locator row(String text) {
        return page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(Pattern.compile(text)));
    }

    /** What was told in passing. */
    Locator toast(String text) {
        return page.locator(".toast").filter(new Locator.FilterOptions().setHasText(text)).first();
    }

    void sees(Locator what) {
        assertThat(what).isVisible();
    }

    void sees(String text) {
        sees(text(text));
    }

    /** What comes from now on is seen in the debugger. */
    void seesItListen() {
        sees(page.getByRole(AriaRole.STATUS).getByText("live"));
    }

    /** Nothing of what must never happen has happened so far. */
    void assertQuiet() {
        Assertions.assertThat(faults).as("errors of %s", page.url()).isEmpty();
        Assertions.assertThat(asked).as("who was asked by %s", page.url()).isSubsetOf(url);
    }

    @Override
    public void close() {
        context.close();
    }
}
