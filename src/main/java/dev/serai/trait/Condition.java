package dev.serai.trait;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who is in an audience. */
sealed interface Condition {

    record All(List<Condition> conditions) implements Condition { }

    record Any(List<Condition> conditions) implements Condition { }

    record Not(Condition condition) implements Condition { }

    record InAudience(String name) implements Condition { }

    /**
     * They did something so often.
     *
     * @param atMost {@link Integer#MAX_VALUE} for any number; one that never did it meets no upper bound alone
     * @param within of the last so long; empty for ever
     */
    record Did(EventName event, int atLeast, int atMost, Optional<Duration> within, List<FieldTest> where) implements Condition { }

    record HasTrait(FieldTest test) implements Condition { }

    static Condition of(JsonNode yaml) {
        if (yaml.has("all")) {
            return new All(list(yaml.get("all")));
        } else if (yaml.has("any")) {
            return new Any(list(yaml.get("any")));
        } else if (yaml.has("not")) {
            return new Not(of(yaml.get("not")));
        } else if (yaml.has("audience")) {
            return new InAudience(yaml.get("audience").asText());
        } else if (yaml.has("trait")) {
            return new HasTrait(FieldTest.of(yaml, "trait"));
        }
        Optional<Duration> within = Optional.ofNullable(yaml.get("within")).map(text -> Periods.of(text.asText()));
        if (yaml.has("didNot")) {
            return new Not(new Did(EventName.of(yaml.get("didNot")), 1, Integer.MAX_VALUE, within,
                    FieldTest.all(yaml.path("where"))));
        }
        int exactly = yaml.path("exactly").asInt(0);
        return new Did(EventName.of(yaml.get("did")), exactly > 0 ? exactly : yaml.path("atLeast").asInt(1),
                exactly > 0 ? exactly : yaml.path("atMost").asInt(Integer.MAX_VALUE), within, FieldTest.all(yaml.path("where")));
    }

    private static List<Condition> list(JsonNode yaml) {
        List<Condition> conditions = new ArrayList<>();
        yaml.forEach(one -> conditions.add(of(one)));
        return conditions;
    }

    /** This one and all within it. */
    default Stream<Condition> stream() {
        List<Condition> inner = this instanceof All all ? all.conditions() : this instanceof Any any ? any.conditions()
                : this instanceof Not not ? List.of(not.condition()) : List.of();
        return Stream.concat(Stream.of(this), inner.stream().flatMap(Condition::stream));
    }
}
