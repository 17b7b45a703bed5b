package dev.serai.kafka;

import java.time.Duration;

/** Makes readers of topics: from Kafka, or from a file where a sample is run. */
public interface TopicReaders {

    /** The reader calls {@code handler} from now on; it stops when closed. */
    Reader open(String topic, String group, Handler handler);

    /** Readers of Kafka's topics. */
    static TopicReaders of(KafkaConnection connection) {
        return (topic, group, handler) -> TopicReader.start(connection, topic, group, handler);
    }

    /** A reader at work. */
    interface Reader extends AutoCloseable {

        /** Makes the reader call {@link Handler#turn} soon. From any thread. */
        void wake();

        /** Records not yet read, as far as is known. */
        long lag();

        /** Lets what is running end, commits, and stops. */
        @Override
        void close();
    }

    /** Who handles the records. Called on the reader's thread only, so it needs no locks and must not wait long. */
    interface Handler {

        /** Who reads; told once, before the first record. */
        default void readBy(Reader reader) {
        }

        /** One more record. It must come to its end at some time, but not now. */
        void take(TakenRecord taken);

        /**
         * Does what is due.
         *
         * @return how long there is nothing to do unless records come or {@link Reader#wake} is called
         */
        Duration turn();

        /** Whether more records may come. */
        boolean hasRoom();

        /** Whether it has so much to do that records need not be looked for at once. */
        default boolean hasEnough() {
            return false;
        }

        /** What is running and will end by itself; not what waits for its time. */
        int running();

        /** Whether nothing new may be begun, because the reader stops or its partitions move. */
        void hold(boolean held);

        /** Drops the records that are no longer {@linkplain TakenRecord#isOurs ours}. */
        void forget();
    }
}
