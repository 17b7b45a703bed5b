package dev.serai.warehouse;

import java.util.List;

/**
 * Tells from DuckDB's message whose fault a failure is; the driver has no error codes. Hazard: an internal error of
 * the database makes it useless until opened again, and may well be caused by one row, so it counts as the row's
 * fault after reopening.
 */
final class DuckDbFault {

    private static final List<String> DATABASE = List.of("IO Error", "No space left", "Permission Error",
            "Read-only file system", "the warehouse is closed");
    /** Another connection of this process, such as one that forgets a person, changed the same rows first. */
    private static final List<String> CONFLICT = List.of("TransactionContext Error", "write-write conflict");
    private static final List<String> MEMORY = List.of("Out of Memory", "could not allocate", "failed to pin",
            "failed to allocate", "failed to offload");
    private static final List<String> BEYOND_USE = List.of("INTERNAL", "FATAL", "invalidated", "must be restarted");

    private DuckDbFault() {
    }

    /** What the loader is told. */
    static WarehouseFault of(Exception failure) {
        WarehouseFault.Kind kind = isOfTheDatabase(failure) ? WarehouseFault.Kind.UNAVAILABLE
                : isMemory(failure) ? WarehouseFault.Kind.TOO_LARGE
                : mentions(failure, CONFLICT) ? WarehouseFault.Kind.STALE : WarehouseFault.Kind.REFUSED;
        return new WarehouseFault(kind, sentence(failure), failure);
    }

    static boolean isOfTheDatabase(Exception failure) {
        return mentions(failure, DATABASE);
    }

    static boolean isMemory(Exception failure) {
        return mentions(failure, MEMORY);
    }

    static boolean needsReopening(Exception failure) {
        return mentions(failure, BEYOND_USE);
    }

    /** The database's own words, on one line. */
    static String sentence(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String wrapped = "Attempting to execute an unsuccessful or closed pending query result";
        return message.lines().filter(line -> !line.isBlank() && !line.contains(wrapped))
                .map(line -> line.startsWith("Error: ") ? line.substring(7) : line).findFirst().orElse(message).strip();
    }

    private static boolean mentions(Exception failure, List<String> phrases) {
        String message = String.valueOf(failure.getMessage());
        return phrases.stream().anyMatch(message::contains);
    }
}
