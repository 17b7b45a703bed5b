package dev.serai.delivery;

import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where dead letters are kept. */
interface DeadLetters {

    /** @param done called once, from any thread: null when the letter is safe */
    void save(DeadLetter letter, Consumer<Exception> done);

    static DeadLetters of(Publisher publisher) {
        publisher.open(Topics.DEAD_LETTERS);
        return (letter, done) -> publisher.publish(List.of(new ProducerRecord<>(Topics.DEAD_LETTERS,
                letter.id().getBytes(StandardCharsets.UTF_8), letter.toBytes())), done);
    }
}
