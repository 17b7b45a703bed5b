package dev.serai.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.YamlFile;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code GET /api/routing}: what the routing that is in use says, as a tree of choices, filters, destinations and steps.
 * While there is a mistake in the file that is the last good one, and {@code fault} tells the mistake.
 */
public final class RoutingApi {

    private final Path file;
    private final Supplier<String> text;
    private final Supplier<Optional<String>> fault;
    private final Supplier<Destinations> destinations;

    /**
     * @param text         of the routing in use; may refuse with a {@link SettingsException}
     * @param fault        what is wrong with the file, while an older text is in use
     * @param destinations as they are now
     */
    public RoutingApi(HubHttpServer http, Path file, Supplier<String> text, Supplier<Optional<String>> fault,
                      Supplier<Destinations> destinations) {
        this.file = file;
        this.text = text;
        this.fault = fault;
        this.destinations = destinations;
        // the file may be read, which must not hold up the event loop
        http.routes().get("/api/routing").handler(http.bodyReader()).blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext ctx) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("file", file.toString()).put("fault", fault.get().orElse(null));
        body.putArray("routes");
        try {
            YamlFile.Checked read = YamlFile.parse(file, text.get());
            if (read.tree() == null) {
                throw new SettingsException(read.problems());
            }
            body.set("routes", new RoutingTree(destinations.get()).routes(read.tree()));
        } catch (SettingsException e) {
            body.put("fault", e.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
        Answers.json(ctx, 200, body);
    }
}
