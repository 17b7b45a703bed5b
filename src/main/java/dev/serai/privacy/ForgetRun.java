package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.Topics;
import dev.serai.privacy.ForgetStatus.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Lock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets one person. Suppression first, so that the amount to remove can only shrink; then topics in the order in
 * which events travel, since what reads a topic may still write to the next; then tables; then everything is counted
 * anew, and the whole repeated while something is found: an event that was on its way when the suppression came, or
 * that another hub took a moment before it knew.
 *
 * <p>Everything may be interrupted anywhere and run again, on any hub: what is done is in Kafka and in the tables.
 */
final class ForgetRun {

    private static final Logger LOG = LoggerFactory.getLogger(ForgetRun.class);
    private static final int MAX_PASSES = 5;

    private final ForgetRequest request;
    private final Report report;
    private final KafkaConnection kafka;
    private final Suppressions suppressions;
    private final List<PersonStore> stores;

    ForgetRun(String id, ForgetRequest request, KafkaConnection kafka, Suppressions suppressions,
              List<PersonStore> stores) {
        this.request = request;
        this.report = new Report(id, request.userId());
        this.kafka = kafka;
        this.suppressions = suppressions;
        this.stores = stores;
    }

    ForgetStatus status() {
        return report.status();
    }

    /** @param removal held while something is removed: two at a time would copy each other's copies */
    void run(Lock removal) {
        String person = report.person();
        LOG.info("A request about a person begins person={} action={}", person, request.action());
        State state = State.UNFINISHED;
        try {
            state = act(removal);
        } catch (InterruptedException | InterruptException e) {
            report.note("The hub stopped before it was done; run it again.");
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            LOG.error("A request about a person failed person={}", person, cause);
            report.note("It failed and can be run again: " + report.masked(cause));
        }
        report.end(state);
        LOG.info("A request about a person ended person={} action={} state={}", person, request.action(), state);
    }

    private State act(Lock removal) throws InterruptedException, ExecutionException {
        boolean done = switch (request.action()) {
            case ALLOW -> {
                report.step("lifting the suppression");
                suppressions.allow(request.userId());
                yield !isSuppressed();
            }
            case SUPPRESS -> suppress();
            case FORGET -> {
                suppress();
                boolean gone = removeInTurn(removal);
                yield isSuppressed() && gone;
            }
            case COUNT -> {
                try (Admin admin = Admin.create(kafka.admin())) {
                    count(admin);
                }
                isSuppressed();
                yield true;
            }
        };
        return done ? State.FINISHED : State.UNFINISHED;
    }

    private boolean suppress() throws InterruptedException {
        report.step("suppressing new events");
        suppressions.suppress(request.userId());
        return isSuppressed();
    }

    /** As Kafka has it, whatever this hub believes. */
    private boolean isSuppressed() {
        boolean suppressed = suppressions.isStored(request.userId());
        report.suppressed(suppressed);
        return suppressed;
    }

    private boolean removeInTurn(Lock removal) throws InterruptedException, ExecutionException {
        if (!removal.tryLock()) {
            report.step("waiting for another request to end");
            removal.lockInterruptibly();
        }
        try {
            return remove();
        } finally {
            removal.unlock();
        }
    }

    private boolean remove() throws InterruptedException, ExecutionException {
        Person person = new Person(request.userId());
        try (Admin admin = Admin.create(kafka.admin());
                TopicRemoval topics = new TopicRemoval(kafka, admin, request.patience(), report)) {
            for (int pass = 0; pass < MAX_PASSES; pass++) {
                report.forgetNotes();
                if (stores.isEmpty()) {
                    report.note("This hub loads no warehouse. If another one does, run it on that hub too.");
                }
                boolean complete = true;
                for (String topic : topicsWithPeople(admin)) {
                    complete &= topics.remove(topic, person);
                }
                for (PersonStore store : stores) {
                    complete &= removeRows(store);
                }
                if (count(admin)) {
                    return complete;
                }
                if (!complete) {
                    return false;
                }
            }
        }
        report.note("Events of the person keep coming in; is a hub of an older version running?");
        return false;
    }

    private boolean removeRows(PersonStore store) throws InterruptedException {
        report.step("removing rows of " + store.name());
        try {
            store.remove(request.userId()).forEach((table, rows) -> report.removed(place(store, table), rows));
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failed(store, e);
            return false;
        }
    }

    /** Counts everything; whether nothing is there. */
    private boolean count(Admin admin) throws InterruptedException, ExecutionException {
        Person person = new Person(request.userId());
        report.nothingRemains();
        for (String topic : topicsWithPeople(admin)) {
            report.step("counting in topic " + topic);
            report.remaining(topicPlace(topic), TopicScan.count(kafka, topic, person));
        }
        boolean counted = true;
        for (PersonStore store : stores) {
            report.step("counting rows of " + store.name());
            try {
                store.count(request.userId()).forEach((table, rows) -> report.remaining(place(store, table), rows));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                counted = false;
                failed(store, e);
            }
        }
        return counted && report.totalRemaining() == 0;
    }

    private void failed(PersonStore store, Exception e) {
        String reason = report.masked(e);
        LOG.error("Rows of a person cannot be removed or counted person={} store={} reason={}", report.person(),
                store.name(), reason);
        report.note("The rows of " + store.name() + " cannot be removed or counted: " + reason);
    }

    /** In the order in which an event goes through them. */
    private static List<String> topicsWithPeople(Admin admin) throws InterruptedException, ExecutionException {
        List<String> topics = new ArrayList<>(List.of(Topics.EVENTS, Topics.OBJECTS, Topics.REPLAYS));
        admin.listTopics().names().get().stream().filter(name -> name.startsWith(Topics.DELIVERIES_PREFIX)).sorted()
                .forEach(topics::add);
        topics.add(Topics.DEAD_LETTERS);
        return topics;
    }

    static String topicPlace(String topic) {
        return "topic " + topic;
    }

    private static String place(PersonStore store, String table) {
        return store.name() + " " + table;
    }
}
