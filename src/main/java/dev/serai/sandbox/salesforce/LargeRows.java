package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.salesforce.Condition.Operator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Any number of contacts of which none is held: row i is computed from i, and its id, its stamp and its times all grow
 * with i. So a condition on these is a set of ranges, found by halving, and a page costs what its rows cost. Rows that
 * were changed are held; their stamps are later than all others.
 *
 * <p>Hazards: conditions on other fields would be a walk over everything, and are answered with QUERY_TIMEOUT. A selection
 * keeps its rows, but shows them as they are when they are fetched.
 */
final class LargeRows implements Rows {

    private static final Instant FIRST = Instant.parse("2025-01-01T00:00:00Z");
    /** So many rows in sequence have the same stamp. */
    private static final int PER_STAMP = 3;
    private static final int TEMPLATES = 512;
    private static final List<String> TIMES = List.of(SObject.STAMP, "LastModifiedDate", "CreatedDate");

    private final int size;
    private final String keyPrefix;
    private final ObjectNode[] templates = new ObjectNode[TEMPLATES];
    private final Map<Integer, ObjectNode> changed = new HashMap<>();
    private final Set<Integer> purged = new TreeSet<>();

    /** Rows from one number to before another. */
    private record Range(int from, int to) { }

    LargeRows(int size, String keyPrefix, Population population) {
        this.size = size;
        this.keyPrefix = keyPrefix;
        for (int at = 0; at < TEMPLATES; at++) {
            Population.Person person = population.person(at);
            templates[at] = Json.MAPPER.createObjectNode().put("Id", "").put("IsDeleted", false)
                    .put("LastName", person.lastName()).put("FirstName", person.firstName()).put("Name", person.name())
                    .put("MailingStreet", person.street()).put("MailingCity", person.company().place().city())
                    .put("MailingCountry", person.company().place().country()).put("Phone", person.phone())
                    .put("Title", "Buyer").put("LeadSource", "Web").put("HasOptedOutOfEmail", at % 7 == 0)
                    .put("IsEmailBounced", false).put("Score__c", new java.math.BigDecimal(at).movePointLeft(2));
        }
    }

    static Instant stamp(int number) {
        return FIRST.plusSeconds(number / PER_STAMP);
    }

    int size() {
        return size;
    }

    String id(int number) {
        return SalesforceId.of(keyPrefix, number + 1L);
    }

    ObjectNode row(int number) {
        ObjectNode held = changed.get(number);
        if (held != null) {
            return held;
        }
        ObjectNode row = Json.MAPPER.createObjectNode();
        row.setAll(templates[number % TEMPLATES]);
        String time = Stamps.text(stamp(number));
        TIMES.forEach(name -> row.put(name, time));
        return row.put("Id", id(number)).put("External_Id__c", "user_" + number)
                .put("Email", "user." + number + "@large.example");
    }

    /** Sets the stamp of a row, and what else is given. */
    void change(int number, ObjectNode changes, Instant now) {
        ObjectNode row = row(number).deepCopy();
        row.setAll(changes);
        changed.put(number, row.put(SObject.STAMP, Stamps.text(now)).put("LastModifiedDate", Stamps.text(now)));
    }

    void purge(int number) {
        changed.remove(number);
        purged.add(number);
    }

    @Override
    public Optional<ObjectNode> find(String id) {
        int number = first(this::id, at -> at.compareTo(id) >= 0);
        return number < size && id(number).equals(id) && !purged.contains(number) ? Optional.of(row(number)) : Optional.empty();
    }

    @Override
    public Selection select(Soql query, boolean deletedToo) {
        List<Integer> others = changed.keySet().stream().filter(number -> holds(query, deletedToo, number)).sorted().toList();
        boolean isDescending = !query.order().isEmpty() && query.order().get(0).isDescending();
        boolean isByStamp = query.isOrderedBy(isDescending, List.of(SObject.STAMP))
                || query.isOrderedBy(isDescending, List.of(SObject.STAMP, "Id"));
        if (!isByStamp && !query.order().isEmpty() && !query.isOrderedBy(isDescending, List.of("Id"))) {
            throw tooLong();
        }
        List<Range> ranges = withoutChanged(query.where() == null ? List.of(new Range(0, size)) : ranges(query.where()));
        List<Range> all = new ArrayList<>(ranges);
        others.forEach(number -> all.add(new Range(number, number + 1)));
        if (isByStamp) {
            all.subList(ranges.size(), all.size()).sort(Comparator
                    .<Range, String>comparing(range -> row(range.from()).get(SObject.STAMP).asText())
                    .thenComparing(Range::from));
        } else {
            all.sort(Comparator.comparing(Range::from));
        }
        return new Ranges(all, isDescending, query.offset(), query.limit());
    }

    private boolean holds(Soql query, boolean deletedToo, int number) {
        ObjectNode row = row(number);
        return (deletedToo || !row.path("IsDeleted").asBoolean())
                && (query.where() == null || query.where().holds(row::get));
    }

    private List<Range> withoutChanged(List<Range> ranges) {
        List<Range> left = new ArrayList<>();
        int[] holes = Stream.concat(changed.keySet().stream(), purged.stream()).mapToInt(Integer::intValue).sorted()
                .toArray();
        for (Range range : ranges) {
            int from = range.from();
            int hole = Arrays.binarySearch(holes, from);
            for (int at = hole < 0 ? -hole - 1 : hole; at < holes.length && holes[at] < range.to(); at++) {
                add(left, from, holes[at]);
                from = holes[at] + 1;
            }
            add(left, from, range.to());
        }
        return left;
    }

    private static void add(List<Range> ranges, int from, int to) {
        if (from < to) {
            ranges.add(new Range(from, to));
        }
    }

    /** The unchanged rows for which it holds, in ascending order and apart. */
    private List<Range> ranges(Condition condition) {
        if (condition instanceof Condition.And and) {
            return and.all().stream().map(this::ranges).reduce(LargeRows::both).orElseThrow();
        }
        if (condition instanceof Condition.Or or) {
            return or.any().stream().map(this::ranges).reduce(LargeRows::either).orElseThrow();
        }
        if (condition instanceof Condition.Compare compare) {
            if (compare.field().name().equals("IsDeleted")) {
                return compare.holds(templates[0]::get) ? List.of(new Range(0, size)) : List.of();
            }
            return compare.values().stream().map(value -> ranges(compare, value)).reduce(LargeRows::either).orElseThrow();
        }
        throw tooLong();
    }

    private List<Range> ranges(Condition.Compare compare, Object literal) {
        boolean isId = compare.field().name().equals("Id");
        if (!isId && !TIMES.contains(compare.field().name()) || literal == null || compare.operator() == Operator.NOT_IN) {
            throw tooLong();
        }
        String text = (String) literal;
        IntFunction<String> key = isId ? this::id : number -> Stamps.text(stamp(number));
        int at = first(key, value -> value.compareTo(text) >= 0);
        int after = first(key, value -> value.compareTo(text) > 0);
        List<Range> ranges = new ArrayList<>();
        switch (compare.operator()) {
            case EQUAL, IN -> add(ranges, at, after);
            case LESS -> add(ranges, 0, at);
            case LESS_EQUAL -> add(ranges, 0, after);
            case GREATER -> add(ranges, after, size);
            case GREATER_EQUAL -> add(ranges, at, size);
            case UNEQUAL -> {
                add(ranges, 0, at);
                add(ranges, after, size);
            }
            default -> throw tooLong();
        }
        return ranges;
    }

    /** The first row whose key is so; all after it are, too. */
    private int first(IntFunction<String> key, Predicate<String> isSo) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isSo.test(key.apply(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static List<Range> both(List<Range> some, List<Range> others) {
        List<Range> both = new ArrayList<>();
        some.forEach(one -> others.forEach(other ->
                add(both, Math.max(one.from(), other.from()), Math.min(one.to(), other.to()))));
        return both;
    }

    private static List<Range> either(List<Range> some, List<Range> others) {
        List<Range> sorted = new ArrayList<>(some);
        sorted.addAll(others);
        sorted.sort(Comparator.comparing(Range::from));
        List<Range> either = new ArrayList<>();
        for (Range range : sorted) {
            Range last = either.isEmpty() ? null : either.get(either.size() - 1);
            if (last != null && range.from() <= last.to()) {
                either.set(either.size() - 1, new Range(last.from(), Math.max(last.to(), range.to())));
            } else {
                either.add(range);
            }
        }
        return either;
    }

    private static Refused tooLong() {
        return new Refused(400, "QUERY_TIMEOUT", "Your query request was running for too long.");
    }

    private final class Ranges implements Selection {

        private final List<Range> ranges;
        private final boolean isDescending;
        private final int offset;
        private final int all;
        private final int size;

        Ranges(List<Range> ranges, boolean isDescending, int offset, int limit) {
            this.ranges = ranges;
            this.isDescending = isDescending;
            this.offset = offset;
            this.all = ranges.stream().mapToInt(range -> range.to() - range.from()).sum();
            this.size = Math.min(Math.max(all - offset, 0), limit);
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public List<ObjectNode> rows(int from, int count) {
            List<ObjectNode> rows = new ArrayList<>();
            int last = Math.min(from + count, size);
            for (int at = from; at < last; at++) {
                int place = offset + at;
                rows.add(row(number(isDescending ? all - 1 - place : place)));
            }
            return rows;
        }

        private int number(int place) {
            int left = place;
            for (Range range : ranges) {
                if (left < range.to() - range.from()) {
                    return range.from() + left;
                }
                left -= range.to() - range.from();
            }
            throw new IndexOutOfBoundsException(place);
        }
    }
}
