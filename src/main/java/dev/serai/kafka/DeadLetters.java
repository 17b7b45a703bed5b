package dev.serai.kafka;

import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes a dead letter and returns when Kafka has it: for threads that may wait, never for an event loop. */
public final class DeadLetters implements Consumer<DeadLetter> {

    private final Publisher publisher;

    public DeadLetters(Publisher publisher) {
        this.publisher = publisher;
        publisher.open(Topics.DEAD_LETTERS);
    }

    /** @throws RuntimeException if Kafka did not take it; it may be tried again */
    @Override
    public void accept(DeadLetter letter) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        publisher.publish(List.of(new ProducerRecord<>(Topics.DEAD_LETTERS,
                letter.id().getBytes(StandardCharsets.UTF_8), letter.toBytes())), failure -> {
                    if (failure == null) {
                        written.complete(null);
                    } else {
                        written.completeExceptionally(failure);
                    }
                });
        try {
            written.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
