package dev.serai.kafka;

import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where dead letters are kept. */
public interface DeadLetters {

    /** @param done called once, from any thread: null when the letter is safe */
    void save(DeadLetter letter, Consumer<Exception> done);

    /**
     * Returns when the letter is safe: for threads that may wait, never for an event loop.
     *
     * @throws RuntimeException if it could not be saved; it may be tried again
     */
    default void saveAndWait(DeadLetter letter) {
        CompletableFuture<Void> saved = new CompletableFuture<>();
        save(letter, failure -> {
            if (failure == null) {
                saved.complete(null);
            } else {
                saved.completeExceptionally(failure);
            }
        });
        try {
            saved.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Dead letters on their topic. */
    static DeadLetters of(Publisher publisher) {
        publisher.open(Topics.DEAD_LETTERS);
        return (letter, done) -> publisher.publish(List.of(toRecord(letter)), done);
    }

    static ProducerRecord<byte[], byte[]> toRecord(DeadLetter letter) {
        return new ProducerRecord<>(Topics.DEAD_LETTERS, letter.id().getBytes(StandardCharsets.UTF_8),
                letter.toBytes());
    }
}
