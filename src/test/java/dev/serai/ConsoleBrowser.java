package dev.serai;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The system's Chromium, driven by Playwright. Where there is none it is installed if this is root on a Debian; elsewhere the
 * tests are left out, and say what to install.
 */
final class ConsoleBrowser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path APT = Path.of("/usr/bin/apt-get");
    private static final int INSTALL_MINUTES = 5;
    /** For what a page is to show: the hub delivers and loads on shared cores meanwhile. */
    static final double PATIENCE_MILLIS = 30_000;

    /** A browser that asks only what the pages ask: in a closed network its own questions fail, many at a time. */
    private static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    private ConsoleBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static ConsoleBrowser start() throws Exception {
        install();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new ConsoleBrowser(playwright, playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM)
                .setHeadless(true).setArgs(FLAGS)));
    }

    private static void install() throws Exception {
        if (Files.isExecutable(CHROMIUM)) {
            return;
        }
        assumeTrue(Files.isExecutable(APT) && "root".equals(System.getProperty("user.name")),
                "The console is tested in a browser: install Chromium as " + CHROMIUM + ", on Debian with apt-get install chromium.");
        String told = "";
        // another class does the same beside this one
        try (FileChannel channel = FileChannel.open(Path.of(System.getProperty("java.io.tmpdir"), "serai-chromium.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            for (String command : List.of("install -y --no-install-recommends chromium", "update",
                    "install -y --no-install-recommends chromium")) {
                if (!Files.isExecutable(CHROMIUM)) {
                    told = apt(command);
                }
            }
        }
        assumeTrue(Files.isExecutable(CHROMIUM), "The console is tested in a browser, and Debian's package chromium could not be installed: "
                + told);
    }

    private static String apt(String what) throws IOException, InterruptedException {
        Path output = Files.createTempFile("apt-get", ".log");
        ProcessBuilder command = new ProcessBuilder(("apt-get -q " + what).split(" ")).redirectErrorStream(true).redirectOutput(output.toFile());
        command.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process apt = command.start();
        if (!apt.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
            apt.destroyForcibly().waitFor();
        }
        String told = Files.readString(output);
        Files.delete(output);
        return told.substring(Math.max(0, told.length() - 2000));
    }

    /** A tab in a context of its own, which shares nothing with others: another person, or another machine. */
    ConsoleTab tab(String url) {
        return tab(url, new Browser.NewContextOptions().setViewportSize(1280, 800));
    }

    ConsoleTab tab(String url, Browser.NewContextOptions options) {
        return new ConsoleTab(url, browser.newContext(options.setLocale("en-GB")));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
