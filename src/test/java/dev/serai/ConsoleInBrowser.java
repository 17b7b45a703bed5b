package dev.serai;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub of the jar for each class, and a tab for each test, in which nothing may go wrong that the page does not tell. */
abstract class ConsoleInBrowser {

    @TempDir
    static Path folder;
    static ConsoleBrowser browser;
    static ConsoleHub hub;
    ConsoleTab tab;

    /** @param token of the operator; empty for none */
    static void start(String token, String... settings) throws Exception {
        browser = ConsoleBrowser.start();
        hub = new ConsoleHub(folder, token, settings);
    }

    @AfterAll
    static void stop() throws Exception {
        ConsoleBrowser lastBrowser = browser;
        ConsoleHub lastHub = hub;
        browser = null;
        hub = null;
        // neither is there where no browser can be had
        if (lastBrowser != null) {
            lastBrowser.close();
        }
        if (lastHub != null) {
            lastHub.close();
        }
    }

    @BeforeEach
    void open() {
        tab = browser.tab(hub.url());
    }

    @AfterEach
    void close() {
        try {
            tab.assertQuiet();
        } finally {
            tab.close();
        }
    }
}
