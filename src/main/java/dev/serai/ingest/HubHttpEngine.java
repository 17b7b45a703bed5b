package dev.serai.ingest;

import io.vertx.core.http.HttpServer;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Makes every {@code platform-http:} route asynchronous, without a word in the route. Bound as
 * {@code platform-http-engine}, the name under which Camel's component looks for it.
 *
 * <p>It also tells the port from the setting: the stock engine asks for a server that is not there yet when there are
 * two, and falls back to 8080 (CAMEL-22937).
 */
public final class HubHttpEngine extends VertxPlatformHttpEngine {

    private final InboundHeaders headers;

    public HubHttpEngine(InboundHeaders headers) {
        this.headers = headers;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new HubHttpConsumer(endpoint, processor, getHandlers(),
                VertxPlatformHttpRouter.getRouterNameFromPort(getServerPort()), headers);
    }

    /** The configured port; names the router, also when 0 lets {@link HttpServer} choose. */
    @Override
    public int getServerPort() {
        return Integer.parseInt(getCamelContext().getPropertiesComponent()
                .resolveProperty("camel.server.port").orElse("8080"));
    }
}
