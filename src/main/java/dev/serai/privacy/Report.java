package dev.serai.privacy;

import dev.serai.kafka.Suppressions;
import dev.serai.privacy.ForgetStatus.Place;
import dev.serai.privacy.ForgetStatus.State;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run has done so far: written by the run's thread, read by whoever asks. Knows the person, and never tells. */
final class Report {

    private static final int PREFIX = 12;
    private static final int LONGEST_REASON = 300;

    private final String id;
    private final String userId;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private State state = State.RUNNING;
    private String step = "waiting to begin";
    private boolean suppressed;

    Report(String id, String userId) {
        this.id = id;
        this.userId = userId;
    }

    /** Stands for the person in logs. */
    String person() {
        return Suppressions.hash(userId).substring(0, PREFIX);
    }

    /** A failure in its own words, without the person's id; for a database may repeat what it was asked. */
    String masked(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName()
                : failure.getMessage().lines().findFirst().orElse("").replace(userId, "***");
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    synchronized ForgetStatus status() {
        return new ForgetStatus(id, person(), state, step, suppressed, List.copyOf(places.values()),
                List.copyOf(notes));
    }

    synchronized void step(String what) {
        step = what;
    }

    synchronized void note(String sentence) {
        notes.add(sentence);
    }

    /** What was in the way of one pass need not be in the way of the next. */
    synchronized void forgetNotes() {
        notes.clear();
    }

    synchronized void removed(String name, long count) {
        Place place = place(name);
        places.put(name, new Place(name, place.removed() + count, place.remaining()));
    }

    synchronized void remaining(String name, long count) {
        places.put(name, new Place(name, place(name).removed(), count));
    }

    /** Before counting: a table that has none any more may not be told of. */
    synchronized void nothingRemains() {
        places.replaceAll((name, place) -> new Place(name, place.removed(), 0));
    }

    synchronized long totalRemaining() {
        return places.values().stream().mapToLong(Place::remaining).sum();
    }

    synchronized void suppressed(boolean is) {
        suppressed = is;
    }

    synchronized void end(State as) {
        state = as;
        step = "";
    }

    private Place place(String name) {
        return places.getOrDefault(name, new Place(name, 0, 0));
    }
}
