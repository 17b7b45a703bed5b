package dev.serai.delivery;

import dev.serai.kafka.DeadLetters;
import dev.serai.model.DeadLetter;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Saves the dead letters of one queue, each until Kafka has it: what is given up counts as done no sooner. Belongs to
 * the thread of its queue.
 */
final class Burial {

    private static final long SAVE_AGAIN_MILLIS = 1_000;

    private record Letter(Delivery delivery, DeadLetter letter) { }

    private final DeadLetters deadLetters;
    private final InstantSource clock;
    private final Consumer<Runnable> later;
    private final BiConsumer<Delivery, DeadLetter> saved;
    private final ArrayDeque<Letter> unsaved = new ArrayDeque<>();
    private long saveAgainAt;
    private int saving;

    /**
     * @param later runs something on the queue's thread; may be called on any
     * @param saved what is to be done when Kafka has a letter
     */
    Burial(DeadLetters deadLetters, InstantSource clock, Consumer<Runnable> later,
           BiConsumer<Delivery, DeadLetter> saved) {
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.later = later;
        this.saved = saved;
    }

    void save(Delivery delivery, DeadLetter letter) {
        save(new Letter(delivery, letter));
    }

    private void save(Letter letter) {
        saving++;
        try {
            deadLetters.save(letter.letter(), failure -> later.accept(() -> ended(letter, failure)));
        } catch (RuntimeException e) {
            ended(letter, e);
        }
    }

    private void ended(Letter letter, Exception failure) {
        saving--;
        if (failure == null) {
            saved.accept(letter.delivery(), letter.letter());
        } else {
            unsaved.add(letter);
            saveAgainAt = clock.millis() + SAVE_AGAIN_MILLIS;
        }
    }

    void saveAgain(long now) {
        if (!unsaved.isEmpty() && now >= saveAgainAt) {
            List<Letter> again = List.copyOf(unsaved);
            unsaved.clear();
            again.forEach(this::save);
        }
    }

    /** When {@link #saveAgain} has something to do; {@code Long.MAX_VALUE} if it has not. */
    long nextDue() {
        return unsaved.isEmpty() ? Long.MAX_VALUE : saveAgainAt;
    }

    /** How many are on their way. */
    int running() {
        return saving;
    }

    /** Forgets the letters of these deliveries that are not on their way. */
    List<Delivery> drop(Predicate<Delivery> which) {
        List<Delivery> dropped = new ArrayList<>();
        unsaved.removeIf(letter -> which.test(letter.delivery()) && dropped.add(letter.delivery()));
        return dropped;
    }
}
