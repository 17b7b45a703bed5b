package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.SettingKey;
import dev.serai.stripe.StripeComponent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub under Camel JBang, which finds this class in the hub's jar: the same hub, with its own HTTP port, Kafka and
 * warehouse, in a context that is JBang's. Every other context is left alone.
 *
 * <p>What differs from {@code serai run}: the route files named to JBang are JBang's to load and, with {@code --dev}, to
 * reload, so one that cannot be built ends the start; partners whose routes are not among them have none. Where none is
 * named the hub loads all, as ever. JBang writes the log, its libraries come before those of the jar, and {@code --prop}
 * tells the hub's own settings only, not those of sources and destinations.
 */
public final class JBangPlugin implements ContextServicePlugin {

    private static final Logger LOG = LoggerFactory.getLogger(JBangPlugin.class);
    private static final String JBANG = "org.apache.camel.main.download.";
    /** As the hub's own log has it; JBang's tells everything that Kafka does. */
    private static final Map<String, Level> QUIET = Map.of("org.apache.kafka", Level.ERROR, "kafka", Level.ERROR,
            "state.change.logger", Level.WARN, "org.apache.zookeeper", Level.WARN,
            "org.apache.camel.component.salesforce.SalesforceComponent", Level.ERROR);
    private static final Path FILE = Path.of("application.properties");

    @Override
    public void load(CamelContext context) {
        ClassLoader loader = context.getApplicationContextClassLoader();
        if (loader != null && loader.getClass().getName().startsWith(JBANG)) {
            Life life = new Life(new JBangCamel(context));
            context.addLifecycleStrategy(life);
            try {
                context.addStartupListener(life);
            } catch (Exception e) {
                throw new IllegalStateException("before the start this is always possible", e);
            }
        }
    }

    private static final class Life extends LifecycleStrategySupport implements StartupListener {

        private final JBangCamel camel;
        private Hub hub;

        Life(JBangCamel camel) {
            this.camel = camel;
        }

        /** The settings are known and no route is built. */
        @Override
        public void onContextInitializing(CamelContext context) throws VetoCamelContextStartException {
            Configurator.setLevel(QUIET);
            try {
                // JBang would fetch Camel's own of that name
                context.addComponent("stripe", new StripeComponent());
                hub = Hub.prepare(Configuration.read(FILE, System.getenv(), settings(context), false), false, camel);
            } catch (SettingsException e) {
                throw ended(context, e);
            }
        }

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // JBang's routes are started after this
        }

        /** Unlike what a lifecycle is told, a failure of this ends the start. */
        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            if (context.getPropertiesComponent().resolveProperty("camel.main.routesIncludePattern").isEmpty()) {
                hub.startRoutes();
            }
            hub.open();
            LOG.info("Hub ready url=http://127.0.0.1:{} routes={}", hub.port(), context.getRoutesSize());
        }

        @Override
        public void onContextStopping(CamelContext context) {
            if (hub != null) {
                hub.drain();
            }
        }

        @Override
        public void onContextStopped(CamelContext context) {
            if (hub != null) {
                hub.close();
            }
        }
    }

    private static VetoCamelContextStartException ended(CamelContext context, SettingsException e) {
        for (Problem problem : e.problems()) {
            LOG.error("{}", problem);
        }
        return new VetoCamelContextStartException("the hub cannot be started", e, context, true);
    }

    /** {@code -D}, and what JBang was told of the hub's own settings, by {@code --port} or {@code --prop}. */
    private static Properties settings(CamelContext context) {
        Properties settings = new Properties();
        Properties file = file();
        for (SettingKey key : SettingKey.values()) {
            String name = key.key();
            // asked one by one, since JBang lists none; what is in the file keeps its line
            context.getPropertiesComponent().resolveProperty(name)
                    .filter(value -> !value.strip().equals(file.getProperty(name, "").strip()))
                    .ifPresent(value -> settings.setProperty(name, value));
        }
        settings.putAll(System.getProperties());
        return settings;
    }

    private static Properties file() {
        Properties file = new Properties();
        if (Files.exists(FILE)) {
            try (InputStream in = Files.newInputStream(FILE)) {
                file.load(in);
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("Settings are reported when the hub reads them", e);
            }
        }
        return file;
    }
}
