package dev.serai.sync;

import java.time.Clock;
import java.util.concurrent.ExecutorService;

/**
 * What the runs of all collections share.
 *
 * @param threads for requests that are sent while something else is done
 */
record SyncContext(SyncPublisher publisher, Checkpoints checkpoints, KnownObjects known, Patience patience, Clock clock,
                   ExecutorService threads) {
}
