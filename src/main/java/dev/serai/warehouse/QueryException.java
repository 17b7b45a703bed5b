package dev.serai.warehouse;

/** A query that was not answered; the message is for whoever wrote it. */
public final class QueryException extends Exception {

    /** Why, and whose fault: all but {@link #FAILED} and {@link #BUSY} are the query's. */
    public enum Code {
        /** The text is no SQL, or names something that is not there; the message is the database's. */
        INVALID,
        /** More than one statement, no SELECT, or a function that reaches outside of the tables. */
        FORBIDDEN,
        TIMEOUT,
        /** As many queries are running as may. */
        BUSY,
        /** The database could not do it, for instance for lack of memory. */
        FAILED
    }

    private final Code code;

    QueryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
