package dev.serai;

import dev.serai.kafka.Routable;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where in the routing each destination is chosen for an event, or why it is not, by the file as it is now. The {@link
 * Rehearsal} that tells it is kept until the file or the deployment changes: making one takes about a second.
 */
final class RoutingPlaces implements Function<Routable, Map<String, String>>, AutoCloseable {

    private final Supplier<Configuration> configuration;
    private Rehearsal rehearsal;
    private Configuration made;
    private String text = "";

    RoutingPlaces(Supplier<Configuration> configuration) {
        this.configuration = configuration;
    }

    /** By destination; nothing while the file has a mistake. */
    @Override
    public synchronized Map<String, String> apply(Routable routable) {
        Map<String, String> places = new TreeMap<>();
        try {
            prepare();
            rehearsal.outcomes(routable).forEach(outcome -> places.put(outcome.destination(), outcome.why()));
        } catch (SettingsException | IOException e) {
            close();
        }
        return places;
    }

    private void prepare() throws IOException {
        Configuration now = configuration.get();
        String read = Files.readString(now.routing());
        if (rehearsal == null || made != now || !read.equals(text)) {
            close();
            rehearsal = new Rehearsal(now.folders(), now.destinations(), now.routing());
            made = now;
            text = read;
        }
    }

    @Override
    public synchronized void close() {
        if (rehearsal != null) {
            rehearsal.close();
            rehearsal = null;
        }
    }
}
