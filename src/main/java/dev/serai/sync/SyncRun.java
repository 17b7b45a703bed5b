package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.PartnerObject;
import dev.serai.sync.Paging.Page;
import dev.serai.sync.SyncFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one collection, from its cursor to the present. Page by page: ask, make objects, write them, wait for
 * Kafka, save the cursor; the next page is asked for while this one is written, and written only when this one's cursor
 * is safe. So a crash repeats one page at most, and loses none.
 *
 * <p>A run that reads everything also compares, where the collection wants it: what it did not meet is gone, and what
 * is as it was is not sent. Objects that belong to a parent are compared parent by parent.
 */
final class SyncRun {

    private static final Logger LOG = LoggerFactory.getLogger(SyncRun.class);

    /** An answer that neither holds anything nor leads on; so often in a row, and the run ends. */
    private static final int MAX_IDLE_PAGES = 5;
    private static final int BATCH = 1_000;

    private final SyncedCollection of;
    private final SyncContext context;
    private final SyncState state;
    private final Paging paging;
    private final PartnerTime time;
    private final Requests requests;
    private Run run;
    private boolean compares;

    SyncRun(SyncedCollection of, SyncContext context, PartnerTime time) {
        this.of = of;
        this.context = context;
        this.time = time;
        this.state = of.state();
        this.paging = of.paging();
        this.requests = new Requests(of, context.patience(), time);
    }

    void run() throws SyncFault, InterruptedException {
        run = new Run(of.source(), of.walked(), time.now(), of.since(time.now()));
        begin();
        Answer answer = first();
        int idle = 0;
        for (boolean isLast = false; !isLast;) {
            ObjectNode cursor = state.cursor();
            Page page = paging.read(cursor, paging.ask(cursor, run), answer, run);
            isLast = page.isLast();
            idle = page.items().isEmpty() && page.cursor().equals(cursor) && !isLast ? idle + 1 : 0;
            if (idle == MAX_IDLE_PAGES) {
                throw new SyncFault(Kind.TRANSIENT, "the partner says that there is more, and does not lead on to it");
            }
            Future<Answer> next = isLast ? null : context.threads().submit(() -> requests.send(paging.ask(page.cursor(), run)));
            try {
                write(page, cursor, answer);
            } catch (SyncFault | InterruptedException | RuntimeException e) {
                cancel(next);
                throw e;
            }
            if (next != null) {
                answer = next(next, page.cursor());
            }
        }
    }

    private Answer first() throws SyncFault, InterruptedException {
        try {
            return requests.send(paging.ask(state.cursor(), run));
        } catch (SyncFault e) {
            return recover(e, state.cursor());
        }
    }

    /** The partner may not know the cursor any more: then it is gone back, never forward. */
    private Answer next(Future<Answer> next, ObjectNode cursor) throws SyncFault, InterruptedException {
        try {
            return next.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SyncFault fault) {
                return recover(fault, cursor);
            }
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException();
            }
            throw new SyncFault(Kind.TRANSIENT, e.getCause().toString(), null, e.getCause());
        } catch (CancellationException e) {
            throw new InterruptedException();
        } catch (InterruptedException e) {
            cancel(next);
            throw e;
        }
    }

    private Answer recover(SyncFault fault, ObjectNode cursor) throws SyncFault, InterruptedException {
        if (fault.kind() != Kind.EXPIRED) {
            throw fault;
        }
        ObjectNode earlier = paging.recover(cursor);
        LOG.warn("The partner no longer takes a cursor; going on from before it source={} collection={} error={}",
                of.source().name(), of.collection().name(), fault.getMessage());
        state.rewind(earlier);
        of.save();
        try {
            return requests.send(paging.ask(earlier, run));
        } catch (SyncFault again) {
            throw again.kind() == Kind.EXPIRED ? new SyncFault(Kind.REFUSED, again.getMessage()) : again;
        }
    }

    /** A reading that compares can only be gone on with where it is known what it has met. */
    private void begin() {
        ObjectNode cursor = state.cursor();
        if (of.isChild()) {
            context.known().catchUp();
        }
        if (state.comparing() != 0 && paging.readsAll(cursor)) {
            context.known().catchUp();
            compares = context.known().begin(of.source().name(), of.collection().table(), state.comparing(), true);
            if (!compares) {
                state.rewind(paging.restart(cursor));
            }
        }
    }

    /** What is known before a reading of everything begins is what it is compared with; in the first one that is nothing. */
    private void beginAll(Answer answer) {
        String source = of.source().name();
        String collection = of.collection().table();
        context.known().catchUp();
        compares = context.known().hasAny(source, collection);
        state.compare(compares ? Times.micros(answer.date()) : 0);
        context.known().begin(source, collection, state.comparing(), false);
    }

    private void write(Page page, ObjectNode cursor, Answer answer) throws SyncFault, InterruptedException {
        long answered = Times.micros(answer.date());
        if (paging.startsAll(cursor) && (of.walked().isCompared() || paging.mustCompare(cursor))) {
            beginAll(answer);
        }
        boolean isOfParents = of.isChild() && (of.collection().changes().isEmpty() || paging.readsAll(cursor));
        long written = isOfParents ? new Children(of, context, requests, run, this::mark).write(page, answered) : writeOwn(page, answered);
        boolean endsAll = paging.readsAll(cursor) && (page.isLast() || !paging.readsAll(page.cursor()));
        if (compares && endsAll) {
            written += writeGone();
        }
        if (compares || of.isChild()) {
            context.known().commit();
        }
        if (compares && endsAll) {
            compares = false;
            state.compare(0);
        }
        state.page(page.cursor(), written);
        of.save();
        of.count(page.items().size(), written);
    }

    private long writeOwn(Page page, long answered) throws SyncFault, InterruptedException {
        if (page.onlyIds()) {
            page.items().forEach(item -> mark(item.field(of.collection().id()).asText()));
            return 0;
        }
        List<PartnerObject> objects = new ArrayList<>(page.items().size());
        for (Item item : page.items()) {
            of.maker().make(item, answered, item.parent(of.collection()), run.texts(), objects);
        }
        if (of.isChild()) {
            writeAll(objects);
            objects.forEach(context.known()::written);
            return objects.size();
        }
        return compares ? writeChanged(objects) : writeAll(objects);
    }

    private long writeAll(List<PartnerObject> objects) throws SyncFault, InterruptedException {
        if (!objects.isEmpty()) {
            context.publisher().objects(objects);
        }
        return objects.size();
    }

    private long writeChanged(List<PartnerObject> objects) throws SyncFault, InterruptedException {
        List<PartnerObject> changed = new ArrayList<>(objects);
        changed.removeIf(context.known()::isAsKnown);
        writeAll(changed);
        changed.forEach(context.known()::written);
        objects.forEach(object -> mark(object.id()));
        return changed.size();
    }

    private void mark(String id) {
        if (compares) {
            context.known().mark(of.source().name(), of.collection().table(), id, state.comparing());
        }
    }

    private long writeGone() throws SyncFault, InterruptedException {
        List<String> gone = new ArrayList<>();
        long before = state.comparing();
        context.known().forEachUnmarked(of.source().name(), of.collection().table(), of.family(), before, gone::add);
        for (int from = 0; from < gone.size(); from += BATCH) {
            List<PartnerObject> deleted = gone.subList(from, Math.min(gone.size(), from + BATCH)).stream()
                    .map(id -> of.maker().deleted(id, before, null)).toList();
            writeAll(deleted);
            deleted.forEach(context.known()::written);
        }
        return gone.size();
    }

    private static void cancel(Future<Answer> next) {
        if (next != null) {
            next.cancel(true);
        }
    }
}
