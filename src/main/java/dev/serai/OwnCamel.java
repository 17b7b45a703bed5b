package dev.serai;

import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/** Camel Main without its own ideas of settings, routes and an HTTP server: all three are the hub's. */
final class OwnCamel implements Camel {

    private static final int STOP_SECONDS = 10;

    private final Main main = new Main();

    @Override
    public void bind(String name, Object bean) {
        main.bind(name, bean);
    }

    @Override
    public void start(Settings settings) {
        settings.under("camel.").forEach((key, value) -> main.addOverrideProperty("camel." + key, value));
        // the hub brings the server that Camel's own settings describe
        main.addOverrideProperty("camel.server.port", settings.text(SettingKey.SERVER_PORT));
        main.addOverrideProperty("camel.server.enabled", "false");
        main.addOverrideProperty("camel.management.enabled", "false");
        main.addInitialProperty("camel.component.kamelet.location", "classpath:kamelets");
        main.configure().withName("serai").withJmxEnabled(false).withAutoConfigurationLogSummary(false)
                .withShutdownTimeout(STOP_SECONDS).withRoutesCollectorEnabled(false)
                .withStreamCachingEnabled(false).withSourceLocationEnabled(true);
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        // the settings were read already, with the environment and -D over them
        main.setPropertyPlaceholderLocations("false");
        // the usual one stops Camel beside the hub at the end of Java, and keeps each closed one until then
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        try {
            main.start();
        } catch (Exception e) {
            throw new IllegalStateException("Camel cannot be started", e);
        }
    }

    @Override
    public CamelContext context() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }
}
