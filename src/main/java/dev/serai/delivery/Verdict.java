package dev.serai.delivery;

import java.time.Duration;
import java.util.Objects;

/**
 * What became of one event at one attempt.
 *
 * @param code    for programs: {@code http_400}, or the partner's own word
 * @param message for people; no secret in it
 * @param after   when to try again; null where the hub's own back-off decides, and for all but {@link Kind#RETRY}
 */
record Verdict(Kind kind, String code, String message, Duration after) {

    /** Every attempt ends as one of these. */
    enum Kind {
        /** The partner has it. */
        DELIVERED("delivered"),
        /** The partner's mapping has no use for it. */
        FILTERED("filtered"),
        /** The partner cannot take it now. */
        RETRY("retry"),
        /** The partner will never take it. */
        DEAD_LETTER("dead-letter"),
        /** The partner takes nothing from us until a person mends something; the event waits. */
        STOP("stop"),
        /** The request was too large; its halves may not be. */
        SPLIT("split");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As response mappings write it, and metrics. */
        String word() {
            return word;
        }

        static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("'" + word + "' is no verdict; a response mapping answers delivered, "
                    + "retry, dead-letter, stop or split");
        }
    }

    static final Verdict DELIVERED = new Verdict(Kind.DELIVERED, "", "", null);
    static final Verdict FILTERED = new Verdict(Kind.FILTERED, "", "", null);

    Verdict {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    static Verdict retry(String code, String message, Duration after) {
        return new Verdict(Kind.RETRY, code, message, after);
    }

    static Verdict deadLetter(String code, String message) {
        return new Verdict(Kind.DEAD_LETTER, code, message, null);
    }

    static Verdict stop(String code, String message) {
        return new Verdict(Kind.STOP, code, message, null);
    }

    static Verdict split(String code, String message) {
        return new Verdict(Kind.SPLIT, code, message, null);
    }

    /** Whether nothing is wrong with the event, only with its company. */
    boolean isAtOnce() {
        return kind == Kind.RETRY && after != null && after.isZero();
    }
}
