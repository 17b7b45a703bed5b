package dev.serai.sandbox;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Something that goes wrong on demand.
 *
 * @param partner    whose requests are concerned
 * @param pathPrefix which of them: those whose path begins so; empty for all
 * @param times      how often it strikes before it is over
 * @param delay      of {@link Kind#RATE_LIMIT} what Retry-After says, of {@link Kind#HANG} how long nothing comes
 */
public record Fault(String partner, String pathPrefix, Kind kind, int times, Duration delay) {

    public Fault {
        Objects.requireNonNull(partner, "partner");
        Objects.requireNonNull(pathPrefix, "pathPrefix");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(delay, "delay");
    }

    public static Fault of(String partner, String pathPrefix, Kind kind, int times) {
        return new Fault(partner, pathPrefix, kind, times, Duration.ofSeconds(1));
    }

    /** Those above {@link #LATE_ROWS} strike requests; the others change what the fake's data look like. */
    public enum Kind {
        /** 429 with Retry-After. */
        RATE_LIMIT,
        /** 429 that says not for how long. */
        RATE_LIMIT_BARE,
        SERVER_ERROR,
        /** No answer for a time, then the connection is closed. */
        HANG,
        /** The head and half of the body, then the connection is closed. */
        HALF_PAGE,
        UNAUTHORIZED,
        FORBIDDEN,
        NOT_FOUND,
        /** The cursor or locator of the request is refused as too old. */
        EXPIRED_CURSOR,
        /** 413. */
        TOO_LARGE,
        /** 410: the place is gone for good. */
        GONE,

        /** Rows become visible only after rows with a later stamp were. */
        LATE_ROWS,
        /** Rows on both sides of a page's edge have the same stamp. */
        EQUAL_STAMPS,
        /** Rows come in another order than the one documented. */
        OUT_OF_ORDER,
        /** A page without rows, with more to come. */
        EMPTY_PAGE,
        /** A field that was not there before, and one that changed its type. */
        SCHEMA_CHANGE,
        /** NUL bytes in text. */
        NUL_BYTES,
        /** Every other item of a request to a destination is refused, from the first on, in the partner's own form. */
        REFUSE_ITEMS;

        boolean isOfRequests() {
            return compareTo(LATE_ROWS) < 0;
        }

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }
}
