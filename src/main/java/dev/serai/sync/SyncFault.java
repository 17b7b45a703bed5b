package dev.serai.sync;

import java.time.Duration;

/** Why a request gave no answer, and with that what is done about it. */
final class SyncFault extends Exception {

    private static final long serialVersionUID = 1L;

    enum Kind {
        /** The partner does not know the credentials: the source stops until a person mends it. */
        UNAUTHORIZED("the partner refuses the credentials"),
        /** The credentials may not read this collection; others are not concerned. */
        FORBIDDEN("the credentials may not read this collection"),
        /** There is no such thing: a parent that was deleted, or a collection that the account does not have. */
        GONE("the partner has no such thing"),
        /** A cursor is too old. */
        EXPIRED("the cursor is too old"),
        /** Too many requests, now or for today. */
        LIMITED("too many requests"),
        /** It may go well the next time. */
        TRANSIENT("no usable answer"),
        /** The partner will never answer this. */
        REFUSED("the partner refuses the request");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Kind kind;
    private final Duration retryAfter;

    SyncFault(Kind kind, String message, Duration retryAfter, Throwable cause) {
        super(message == null || message.isBlank() ? kind.meaning : kind.meaning + ": " + message, cause, false, cause != null);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    SyncFault(Kind kind, String message) {
        this(kind, message, null, null);
    }

    Kind kind() {
        return kind;
    }

    /** What the partner asked for; null if nothing. */
    Duration retryAfter() {
        return retryAfter;
    }

    boolean mayPass() {
        return kind == Kind.TRANSIENT || kind == Kind.LIMITED;
    }
}
