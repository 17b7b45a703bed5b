package dev.serai.trait;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A file of {@code audiences/}: what is to be known of users, how often it is looked at, and who is told.
 *
 * @param name         the file's name before its suffix
 * @param file         where it is
 * @param key          what destinations know it by
 * @param warehouse    where it is computed
 * @param destinations who is told of what changes; nobody if empty
 * @param every        how often it is computed
 * @param timeout      of its query
 */
record Definition(String name, Path file, String description, String key, String warehouse, List<String> destinations,
                  Duration every, Duration timeout, Body body) {

    /** What makes the difference between the kinds. */
    sealed interface Body { }

    /** @param line where the text of the query begins in the file */
    record SqlTrait(String sql, int line) implements Body { }

    /** @param sql of an audience that is a query; then there is no condition */
    record Audience(Optional<String> sql, Optional<Condition> who, boolean includeAnonymous, int line) implements Body { }

    /**
     * @param operation as in the file: count, sum, ...
     * @param property  empty for count
     */
    record ComputedTrait(String operation, EventName event, String property, Optional<Duration> within, List<FieldTest> where,
                         String trait) implements Body { }

    record Step(EventName event, List<FieldTest> where) { }

    /**
     * @param same      a property that is the same at every step; empty for none
     * @param breakdown a property of the first step; empty for none
     */
    record Funnel(List<Step> steps, Duration within, Optional<Duration> since, String same, String breakdown) implements Body { }

    boolean isAudience() {
        return body instanceof Audience;
    }

    boolean isReport() {
        return body instanceof Funnel;
    }

    /** For people. */
    String kind() {
        return isAudience() ? "audience" : isReport() ? "report" : "trait";
    }

    /** The part of names of tables. */
    String slug() {
        return name.replace('-', '_');
    }
}
