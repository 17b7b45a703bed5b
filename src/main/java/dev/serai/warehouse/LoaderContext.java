package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a loader is surrounded by.
 *
 * @param kafka        properties of a Kafka consumer, {@code bootstrap.servers} and {@code group.id} at least; what
 *                     exactly-once loading needs is set by the loader and wins
 * @param events       the topic of events
 * @param objects      the topic of objects; empty if none are loaded
 * @param deadLetters  takes what cannot be loaded and returns once it is safe; if it throws, it is asked again
 * @param isSuppressed tells a user who was forgotten: events that are still in Kafka of them must not become rows
 * @param scratch      a folder for files that live as long as the process; must exist
 */
public record LoaderContext(Map<String, Object> kafka, String events, String objects,
                            Consumer<DeadLetter> deadLetters, Predicate<String> isSuppressed, Path scratch) {

    public LoaderContext {
        kafka = Map.copyOf(kafka);
    }

    List<String> topics() {
        return objects.isEmpty() ? List.of(events) : List.of(objects, events);
    }
}
