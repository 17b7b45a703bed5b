package dev.serai.warehouse;

/**
 * All paths seen lately. Hostile clients make up names without end, so the number is bounded: past the bound a batch
 * is closed early and everything is forgotten, which costs time but changes no name.
 */
final class Paths {

    static final int MAX = 20_000;

    private Path context;
    private Path body;
    private Path call;
    private int count;
    private int generation;

    Paths() {
        forget();
    }

    Path context() {
        return context;
    }

    Path body() {
        return body;
    }

    Path call() {
        return call;
    }

    Path child(Path parent, String name) {
        Path known = parent.known(name);
        if (known != null) {
            return known;
        }
        Path added = new Path(count++, parent.root, parent, name);
        parent.add(added);
        return added;
    }

    boolean isFull() {
        return count > MAX;
    }

    /** Changes when the numbers of paths start anew. */
    int generation() {
        return generation;
    }

    void forget() {
        count = 0;
        generation++;
        context = new Path(count++, Path.Root.CONTEXT, null, "context");
        body = new Path(count++, Path.Root.BODY, null, "");
        call = new Path(count++, Path.Root.CALL, null, "");
    }
}
