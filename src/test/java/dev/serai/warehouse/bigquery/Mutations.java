package dev.serai.warehouse.bigquery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may change which table. A transaction that updates, deletes or merges has the table for itself: another one that
 * wants to is cancelled, also if its snapshot is older than the last change; a statement outside of a transaction
 * waits. INSERT disturbs nobody. Source: BigQuery's document "Multi-statement transactions", "Transaction concurrency".
 */
final class Mutations {

    private static final int MAX_TABLES = 100;
    private static final long PATIENCE_MILLIS = 20_000;

    private final Map<String, Object> owners = new HashMap<>();
    private final Map<String, Long> changed = new HashMap<>();
    private long clock;

    /** One transaction. */
    final class Transaction {

        private final long snapshot;
        private final Set<String> touched = new HashSet<>();
        private final Set<String> owned = new HashSet<>();

        private Transaction(long snapshot) {
            this.snapshot = snapshot;
        }

        void touch(String table) throws ApiError {
            touched.add(table);
            if (touched.size() > MAX_TABLES) {
                throw ApiError.query("Transaction mutates more than " + MAX_TABLES + " tables");
            }
        }

        void change(String table) throws ApiError {
            touch(table);
            synchronized (Mutations.this) {
                Object owner = owners.putIfAbsent(table, this);
                if (owner != null && owner != this || changed.getOrDefault(table, 0L) > snapshot) {
                    if (owner == null) {
                        owners.remove(table);
                    }
                    throw ApiError.conflict(table);
                }
                owned.add(table);
            }
        }

        void end(boolean committed) {
            synchronized (Mutations.this) {
                if (committed) {
                    clock++;
                    owned.forEach(table -> changed.put(table, clock));
                }
                owned.forEach(owners::remove);
                Mutations.this.notifyAll();
            }
        }
    }

    synchronized Transaction begin() {
        return new Transaction(clock);
    }

    /** For a statement of its own: waits for transactions that have the table. */
    synchronized Transaction alone(String table) throws ApiError {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (owners.containsKey(table)) {
            long left = deadline - System.currentTimeMillis();
            if (left <= 0) {
                throw ApiError.query("Could not serialize access to table " + table + " due to concurrent update");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiError(503, "backendError", "interrupted");
            }
        }
        Transaction transaction = new Transaction(clock);
        transaction.change(table);
        return transaction;
    }
}
