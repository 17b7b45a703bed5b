package dev.serai.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Remembers what routing decided of each event, for those who ask. Called from several threads, which must not wait. */
public interface Decisions {

    /** @param byDestination empty if it goes there, else what held it back; those that routing did not choose are not in it */
    void made(Routable routable, Map<String, String> byDestination);

    /**
     * Routing failed on it: it is a dead letter.
     *
     * @param why in words
     */
    void failed(Routable routable, String why);

    /** Its user is forgotten, and routing was not asked. */
    void suppressed(Routable routable);

    /** All of these. */
    static Decisions all(Collection<Decisions> each) {
        List<Decisions> several = List.copyOf(each);
        return new Decisions() {
            @Override
            public void made(Routable routable, Map<String, String> byDestination) {
                several.forEach(one -> one.made(routable, byDestination));
            }

            @Override
            public void failed(Routable routable, String why) {
                several.forEach(one -> one.failed(routable, why));
            }

            @Override
            public void suppressed(Routable routable) {
                several.forEach(one -> one.suppressed(routable));
            }
        };
    }
}
