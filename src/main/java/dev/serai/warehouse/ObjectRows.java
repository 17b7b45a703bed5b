package dev.serai.warehouse;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The objects of one collection in a batch, by id, as far as they can still count: a state that is older than another
 * of the batch changes nothing whatever the table has, and one with properties makes all before it needless.
 */
final class ObjectRows implements Batch.TableRows {

    /** The newest states of one object. */
    static final class Latest {
        /** The newest with properties; null if there is none. */
        private FlatObject whole;
        /** A deletion without properties, not older than {@link #whole}; null if there is none. */
        private FlatObject deletion;

        FlatObject whole() {
            return whole;
        }

        FlatObject deletion() {
            return deletion;
        }

        private boolean isOutdated(FlatObject state) {
            return deletion != null && state.version < deletion.version || whole != null && state.version < whole.version;
        }
    }

    private final Table table;
    private final Places places = new Places();
    private final Map<String, Latest> byId = new LinkedHashMap<>();
    private int size;
    private long newest = Long.MIN_VALUE;

    ObjectRows(Table table) {
        this.table = table;
    }

    /** @return true if the state has properties that must be planned */
    boolean add(FlatObject state) {
        size++;
        newest = Math.max(newest, state.receivedAt);
        Latest latest = byId.computeIfAbsent(state.id, id -> new Latest());
        if (latest.isOutdated(state)) {
            return false;
        }
        if (state.hasProperties) {
            latest.whole = state;
            latest.deletion = null;
        } else {
            latest.deletion = state;
        }
        return state.hasProperties;
    }

    Places places() {
        return places;
    }

    Set<String> ids() {
        return byId.keySet();
    }

    Latest latest(String id) {
        return byId.get(id);
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long newest() {
        return newest;
    }
}
