package dev.serai.kafka;

import java.util.Map;

/** Remembers where routing sent each event, for those who ask. Called from several threads. */
public interface Decisions {

    /** Remembers nothing. */
    Decisions FORGOTTEN = new Decisions() {
        @Override
        public void made(String id, Map<String, String> byDestination) {
            // nobody asks
        }

        @Override
        public void failed(String id) {
            // nobody asks
        }
    };

    /** @param byDestination empty if it goes there, else what held it back; those that routing did not choose are not in it */
    void made(String id, Map<String, String> byDestination);

    /** Routing failed on it: it is a dead letter. */
    void failed(String id);
}
