package dev.serai;

import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.MainHttpServerFactory;

/** The context that Camel JBang made and will stop, set up as {@link OwnCamel} sets up its own. */
final class JBangCamel implements Camel {

    /** JBang starts a server once a route needs one; the hub has its own by then. */
    private static final class NoServer implements MainHttpServerFactory, Service {

        @Override
        public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties configuration) {
            return this;
        }

        @Override
        public Service newHttpManagementServer(CamelContext context, HttpManagementServerConfigurationProperties configuration) {
            return this;
        }

        @Override
        public void start() {
            // nothing listens
        }

        @Override
        public void stop() {
            // nothing listens
        }
    }

    private final CamelContext context;

    JBangCamel(CamelContext context) {
        this.context = context;
        bind("noServer", new NoServer());
    }

    @Override
    public void bind(String name, Object bean) {
        context.getRegistry().bind(name, bean);
    }

    @Override
    public void start(Settings settings) {
        // of other places than JBang looks at, such as the environment
        context.getPropertiesComponent().addOverrideProperty("camel.server.port", settings.text(SettingKey.SERVER_PORT));
        context.setStreamCaching(false);
    }

    @Override
    public CamelContext context() {
        return context;
    }

    @Override
    public void close() {
        // JBang's to stop
    }
}
