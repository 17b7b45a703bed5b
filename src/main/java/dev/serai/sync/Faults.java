package dev.serai.sync;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import dev.serai.sync.SyncFault.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.component.salesforce.api.SalesforceException;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What a status, or an exception of one of the components that routes use, means for a sync. */
final class Faults {

    private static final int LONGEST = 300;

    private Faults() {
    }

    /**
     * @param text       the beginning of the body, for people
     * @param retryAfter as the header says it, seconds or a date; null if it was not there
     * @param now        the partner's clock
     */
    static SyncFault ofStatus(int status, String text, String retryAfter, Instant now, boolean resumes) {
        String message = "status " + status + (text.isBlank() ? "" : ": " + shortened(text));
        Duration after = retryAfter == null ? null : wait(retryAfter, now).orElse(null);
        if (text.contains("REQUEST_LIMIT_EXCEEDED")) {
            return new SyncFault(Kind.LIMITED, message, after, null);
        }
        return new SyncFault(kind(status, resumes), message, after, null);
    }

    private static Kind kind(int status, boolean resumes) {
        return switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> resumes ? Kind.EXPIRED : Kind.GONE;
            case 429 -> Kind.LIMITED;
            case 406, 408, 409, 425 -> Kind.TRANSIENT;
            default -> status >= 500 || status < 300 ? Kind.TRANSIENT : resumes ? Kind.EXPIRED : Kind.REFUSED;
        };
    }

    static SyncFault of(Throwable failure, Instant now, boolean resumes) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SyncFault fault) {
                return fault;
            }
            if (cause instanceof ApiConnectionException) {
                return new SyncFault(Kind.TRANSIENT, shortened(cause.getMessage()), null, failure);
            }
            if (cause instanceof StripeException stripe && stripe.getStatusCode() != null) {
                return ofStatus(stripe.getStatusCode(), String.valueOf(stripe.getMessage()), retryAfter(stripe), now, resumes);
            }
            if (cause instanceof SalesforceException salesforce && isOfLogin(salesforce)) {
                return new SyncFault(Kind.UNAUTHORIZED, shortened(salesforce.getMessage()), null, failure);
            }
            if (cause instanceof SalesforceException salesforce && salesforce.getStatusCode() >= 300) {
                return ofStatus(salesforce.getStatusCode(), String.valueOf(salesforce.getMessage()), null, now, resumes);
            }
            if (cause instanceof HttpOperationFailedException http) {
                String after = http.getResponseHeaders() == null ? null : http.getResponseHeaders().get("Retry-After");
                return ofStatus(http.getStatusCode(), String.valueOf(http.getResponseBody()), after, now, resumes);
            }
        }
        return new SyncFault(Kind.TRANSIENT, shortened(innermost(failure).toString()), null, failure);
    }

    /** Camel wraps what the user must know in what it was doing. */
    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** OAuth's own codes, which come with status 400: invalid_grant, invalid_client, inactive_user and others. */
    private static boolean isOfLogin(SalesforceException failure) {
        return failure.getErrors() != null && failure.getErrors().stream().map(error -> String.valueOf(error.getErrorCode()))
                .anyMatch(code -> code.equals(code.toLowerCase(Locale.ROOT)) && code.contains("_"));
    }

    private static String retryAfter(StripeException failure) {
        return failure.getStripeError() == null || failure.getStripeError().getLastResponse() == null ? null
                : failure.getStripeError().getLastResponse().headers().firstValue("Retry-After").orElse(null);
    }

    private static Optional<Duration> wait(String retryAfter, Instant now) {
        try {
            return Optional.of(Duration.ofMillis((long) (Double.parseDouble(retryAfter.strip()) * 1000)));
        } catch (NumberFormatException e) {
            return untilDate(retryAfter, now);
        }
    }

    private static Optional<Duration> untilDate(String date, Instant now) {
        try {
            Duration wait = Duration.between(now, ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String shortened(String text) {
        String line = text == null ? "" : text.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
