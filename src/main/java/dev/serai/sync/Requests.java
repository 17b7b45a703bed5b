package dev.serai.sync;

import dev.serai.partner.Sync;
import java.time.Duration;

/** Sends a collection's requests: at the source's pace, and again while that may help. */
final class Requests {

    private final SyncedCollection of;
    private final Patience patience;
    private final PartnerTime time;

    Requests(SyncedCollection of, Patience patience, PartnerTime time) {
        this.of = of;
        this.patience = patience;
        this.time = time;
    }

    /** @throws SyncFault if it did not help, cannot help, or the partner asks for a longer pause than a run should wait */
    Answer send(Ask ask) throws SyncFault, InterruptedException {
        for (int attempt = 1;; attempt++) {
            of.pace().await(ask.limit().isEmpty() ? Sync.ALL : ask.limit());
            if (ask.headers().get(Ask.WAIT) instanceof Duration wait) {
                Thread.sleep(wait.toMillis());
            }
            try {
                Answer answer = of.pages().fetch(of.source(), of.collection(), ask);
                time.heard(answer.date());
                return answer;
            } catch (SyncFault e) {
                Duration asked = e.retryAfter();
                if (!e.mayPass() || attempt >= patience.attempts() || asked != null && asked.compareTo(patience.longest()) > 0) {
                    throw e;
                }
                of.state().say(e);
                if (asked != null) {
                    of.pace().pause(asked);
                } else {
                    Thread.sleep(patience.before(attempt).toMillis());
                }
            }
        }
    }
}
