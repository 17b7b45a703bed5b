package dev.serai.warehouse;

/** Something a warehouse could not do, by whose fault it is; the message is one line, in the database's own words. */
final class WarehouseFault extends Exception {

    /** What whoever asked should do about it. */
    enum Kind {
        /** Network, disk or server: no row is to blame. Wait and try again. */
        UNAVAILABLE,
        /** The user must act: a password, a permission, a name of a database. Trying again meanwhile does no harm. */
        SETTINGS,
        /** Too much at once; a smaller batch may pass, and if a single row does not, the database is to blame. */
        TOO_LARGE,
        /** A value or a row was refused: found by trying halves. */
        REFUSED,
        /** Another hub altered a table or loaded these partitions: read the warehouse anew, then try again. */
        STALE
    }

    private final Kind kind;

    WarehouseFault(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    static WarehouseFault stale(String message) {
        return new WarehouseFault(Kind.STALE, message, null);
    }

    /** The first line of a failure that says something. */
    static String sentence(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse(message);
    }
}
