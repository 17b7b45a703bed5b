package dev.serai.delivery;

import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A small hub: Camel with the Kamelets, the partner folders and these settings. */
final class DeliveryContext implements AutoCloseable {

    private static final Path ROUTES = Path.of("routes");

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PartnerFolders folders;

    DeliveryContext(Map<String, String> settings) {
        this(ROUTES, settings);
    }

    DeliveryContext(Path routes, Map<String, String> settings) {
        folders = PartnerFolders.read(routes);
        Destinations destinations = Destinations.from(Settings.of(settings), folders.partners());
        if (!destinations.problems().isEmpty() || !folders.problems().isEmpty()) {
            throw new IllegalArgumentException(destinations.problems() + " " + folders.problems());
        }
        camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        bind("partnerFolders", folders).bind("destinations", destinations).bind("meterRegistry", meters);
    }

    DeliveryContext bind(String name, Object bean) {
        camel.getRegistry().bind(name, bean);
        return this;
    }

    DefaultCamelContext camel() {
        return camel;
    }

    SimpleMeterRegistry meters() {
        return meters;
    }

    DeliveryContext start(Path... files) throws Exception {
        camel.start();
        for (Path file : files) {
            load(file);
        }
        return this;
    }

    /** Its routes as a destination; those of a source need more than this hub has. */
    DeliveryContext startPartner(String slug) throws Exception {
        return start(folders.partners().get(slug).routes().stream().filter(new Preview()::isOfDestination)
                .toArray(Path[]::new));
    }

    DeliveryContext load(Path file) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
        return this;
    }

    /** Loads a route written in a test. */
    DeliveryContext loadYaml(Path folder, String name, String yaml) throws Exception {
        return load(Files.writeString(folder.resolve(name + ".camel.yaml"), yaml));
    }

    DestinationStatus status(String destination) {
        return camel.getComponent("deliveries", DeliveriesComponent.class).statuses().stream()
                .filter(status -> status.destination().equals(destination)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        camel.stop();
    }
}
