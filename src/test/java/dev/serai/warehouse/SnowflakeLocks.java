package dev.serai.warehouse;

import java.util.HashMap;
import java.util.Map;

/**
 * Snowflake's locks: UPDATE, DELETE and MERGE have a table until their transaction ends, INSERT and queries need
 * none. Source: Snowflake Documentation, "Transactions", "Resource locking".
 */
final class SnowflakeLocks {

    private final Map<String, Object> owners = new HashMap<>();

    /** @return false if somebody else still has it after that time */
    synchronized boolean take(String table, Object owner, long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (owners.getOrDefault(table, owner) != owner) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        owners.put(table, owner);
        return true;
    }

    synchronized void release(Object owner) {
        owners.values().removeIf(each -> each == owner);
        notifyAll();
    }
}
