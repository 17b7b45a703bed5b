package dev.serai.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that are switched on; each goes out by itself when it has struck as often as it should. */
public final class Faults {

    private final List<Pending> pending = new ArrayList<>();

    private static final class Pending {
        private final Fault fault;
        private int left;

        Pending(Fault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
    }

    public synchronized void add(Fault fault) {
        pending.add(new Pending(fault));
    }

    public synchronized void clear() {
        pending.clear();
    }

    public synchronized List<Fault> all() {
        return pending.stream().map(one -> one.fault).toList();
    }

    /** The fault of requests that strikes this one, counted as having struck. */
    synchronized Optional<Fault> ofRequest(String partner, String path) {
        return pending.stream().filter(one -> one.fault.kind().isOfRequests() && isOf(one, partner, path)).findFirst()
                .map(this::strike);
    }

    /** Whether this fault of the data strikes, counted if so. */
    public synchronized boolean strikes(Fault.Kind kind, String partner, String path) {
        return pending.stream().filter(one -> one.fault.kind() == kind && isOf(one, partner, path)).findFirst()
                .map(this::strike).isPresent();
    }

    private static boolean isOf(Pending one, String partner, String path) {
        return one.fault.partner().equals(partner) && path.startsWith(one.fault.pathPrefix());
    }

    private Fault strike(Pending one) {
        if (--one.left <= 0) {
            pending.remove(one);
        }
        return one.fault;
    }
}
