package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.PartnerObject;
import dev.serai.sync.Paging.Page;
import dev.serai.sync.SyncFault.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The objects that belong to others, such as the lines of invoices: read parent by parent, whenever the parent is, and
 * compared with what is known of the family. Some come embedded in the parent, the first page of them at least.
 *
 * <p>Hazard: a parent may be deleted while its page is in hand, and so may the child after which a list should go on.
 */
final class Children {

    private final SyncedCollection of;
    private final SyncContext context;
    private final Requests requests;
    private final Run run;
    private final Consumer<String> met;

    /** @param met told the id of every child */
    Children(SyncedCollection of, SyncContext context, Requests requests, Run run, Consumer<String> met) {
        this.of = of;
        this.context = context;
        this.requests = requests;
        this.run = run;
        this.met = met;
    }

    /**
     * Reads the children of each parent of a page, and writes those that are new and those that are gone.
     *
     * @param answered the partner's clock, in microseconds since 1970
     * @return how many states were written
     */
    long write(Page page, long answered) throws SyncFault, InterruptedException {
        long written = 0;
        for (Item parent : page.items()) {
            JsonNode tree = parent.tree();
            String id = tree.path(of.walked().id()).asText();
            List<PartnerObject> children = new ArrayList<>();
            if (!parent.isDeleted()) {
                try {
                    read(tree, id, parent.version() == Item.UNKNOWN ? answered : parent.version(), children);
                } catch (SyncFault e) {
                    if (e.kind() != Kind.GONE) {
                        throw e;
                    }
                    // deleted while its page was read: so are its children
                    children.clear();
                }
            }
            written += compare(id, children, parent.version() == Item.UNKNOWN ? answered : parent.version());
        }
        return written;
    }

    private void read(JsonNode parent, String id, long version, List<PartnerObject> to)
            throws SyncFault, InterruptedException {
        Run family = new Run(of.source(), of.collection(), of.collection().endpoint().replace("{parent}", id), run.now(),
                Instant.EPOCH, run.memory());
        Paging pages = of.childPaging();
        ObjectNode cursor = of.state().cursor().objectNode();
        JsonNode embedded = of.collection().embedded().isEmpty() ? null
                : AnswerReader.field(parent, of.collection().embedded());
        if (embedded != null && embedded.isObject()) {
            String last = null;
            for (JsonNode child : embedded.path("data")) {
                of.maker().make(Item.of(child, version, false), version, id, run.texts(), to);
                last = child.path("id").asText();
            }
            if (!embedded.path("has_more").asBoolean()) {
                return;
            }
            cursor = last == null ? cursor : NewestFirstPaging.after(cursor, last);
        }
        for (boolean isLast = false; !isLast;) {
            Ask ask = pages.ask(cursor, family);
            Answer answer;
            try {
                answer = requests.send(ask);
            } catch (SyncFault e) {
                if (e.kind() != Kind.EXPIRED) {
                    throw e;
                }
                // the child that it was to go on after is gone: from the first one then
                to.clear();
                cursor = cursor.objectNode();
                answer = requests.send(pages.ask(cursor, family));
            }
            Page page = pages.read(cursor, ask, answer, family);
            if (!page.isLast() && page.cursor().equals(cursor)) {
                throw new SyncFault(Kind.TRANSIENT, "the partner says that there is more, and does not lead on to it");
            }
            for (Item child : page.items()) {
                of.maker().make(child, Times.micros(answer.date()), id, run.texts(), to);
            }
            cursor = page.cursor();
            isLast = page.isLast();
        }
    }

    private long compare(String parent, List<PartnerObject> children, long version) throws SyncFault, InterruptedException {
        Set<String> ids = new HashSet<>();
        children.forEach(child -> ids.add(child.id()));
        ids.forEach(met);
        List<PartnerObject> changed = new ArrayList<>(children);
        changed.removeIf(context.known()::isAsKnown);
        for (String known : context.known().childrenOf(of.source().name(), of.collection().table(), of.family() + parent)) {
            if (!ids.contains(known)) {
                changed.add(of.maker().deleted(known, version, parent));
            }
        }
        if (!changed.isEmpty()) {
            context.publisher().objects(changed);
        }
        changed.forEach(context.known()::written);
        return changed.size();
    }
}
