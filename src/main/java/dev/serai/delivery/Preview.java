package dev.serai.delivery;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.Routable;
import dev.serai.kafka.TakenRecord;
import dev.serai.kafka.TopicReaders;
import dev.serai.model.Event;
import dev.serai.model.ObjectState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * What destinations' mappings would make of an event, without Kafka and without a request. {@link #bindTo} a Camel
 * context, load partners' routes into it, and ask.
 */
public final class Preview {

    private CamelContext context;

    /** To be called before the partners' routes are loaded. */
    public void bindTo(CamelContext camel) {
        context = camel;
        camel.getRegistry().bind("previewReaders", (TopicReaders) (topic, group, handler) -> new Unread());
        camel.getRegistry().bind("previewDeadLetters", (DeadLetters) (letter, done) -> done.accept(null));
        camel.getRegistry().bind("previewTransport", (Transport) (destination, call) ->
                CompletableFuture.failedFuture(new IllegalStateException("a preview asks nobody")));
    }

    /** Whether the file has a destination's route; those of sources would listen and pull. */
    public boolean isOfDestination(Path file) {
        try {
            return Files.readString(file).contains("kamelet:deliveries-source");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * How many items of which request, such as "2 items for import"; a text that begins with ! tells what fails.
     *
     * @return empty if the destination's route is not loaded
     */
    public Optional<List<String>> items(String destination, Routable routable) {
        return context.getComponent("deliveries", DeliveriesComponent.class).mapping(destination).map(mapping -> {
            Envelope envelope = routable.body() instanceof Event event ? Envelope.of(event)
                    : Envelope.of((ObjectState) routable.body());
            Delivery delivery = new Delivery(envelope, TakenRecord.alone("preview", 0, new byte[0], () -> { }));
            try {
                Map<String, Long> counts = mapping.items(delivery).stream().collect(Collectors.groupingBy(
                        item -> item.kind().name(), TreeMap::new, Collectors.counting()));
                return counts.entrySet().stream().map(entry -> entry.getValue() + (entry.getValue() == 1 ? " item" : " items")
                        + (entry.getKey().isEmpty() ? "" : " for " + entry.getKey())).toList();
            } catch (MappingFailed e) {
                return List.of("!the mapping fails on it, and it would be a dead letter: " + e.getMessage());
            }
        });
    }

    private static final class Unread implements TopicReaders.Reader {

        @Override
        public void wake() {
            // nobody sleeps
        }

        @Override
        public long lag() {
            return 0;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
