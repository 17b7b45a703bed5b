package dev.serai.warehouse;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All paths and names of events seen lately. Hostile clients make up names without end, so the number is bounded: past the bound a batch
 * is closed early and everything is forgotten, which costs time but changes no name.
 */
final class FieldPaths {

    static final int MAX = 20_000;

    private static final AtomicInteger GENERATIONS = new AtomicInteger();

    private FieldPath context;
    private FieldPath body;
    private FieldPath call;
    private final Map<String, String> slugs = new HashMap<>();
    private int count;
    private int generation;

    FieldPaths() {
        forget();
    }

    FieldPath context() {
        return context;
    }

    FieldPath body() {
        return body;
    }

    FieldPath call() {
        return call;
    }

    /** Tables by the names of events. */
    Map<String, String> slugs() {
        return slugs;
    }

    FieldPath child(FieldPath parent, String name) {
        FieldPath known = parent.known(name);
        if (known != null) {
            return known;
        }
        FieldPath added = new FieldPath(count++, parent.root, parent, name);
        parent.add(added);
        return added;
    }

    boolean isFull() {
        return count > MAX || slugs.size() > MAX;
    }

    /** Changes when the numbers of paths start anew; no other paths of this process ever had it. */
    int generation() {
        return generation;
    }

    void forget() {
        count = 0;
        generation = GENERATIONS.incrementAndGet();
        slugs.clear();
        context = new FieldPath(count++, FieldPath.Root.CONTEXT, null, "context");
        body = new FieldPath(count++, FieldPath.Root.BODY, null, "");
        call = new FieldPath(count++, FieldPath.Root.CALL, null, "");
    }
}
