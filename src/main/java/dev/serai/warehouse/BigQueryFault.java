package dev.serai.warehouse;

import com.google.auth.Retryable;
import com.google.cloud.BaseServiceException;
import com.google.cloud.bigquery.BigQueryError;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.JobException;
import dev.serai.warehouse.WarehouseFault.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells by BigQuery's reasons whose fault a failure is; where the reason is {@code invalidQuery}, which is everything
 * about a statement, by its words. Source: BigQuery's document "Error messages".
 */
final class BigQueryFault {

    private static final Set<String> SETTINGS = Set.of("accessDenied", "authError", "billingNotEnabled",
            "billingTierLimitExceeded", "blocked", "forbidden", "insufficientPermissions", "required", "invalidUser");
    private static final Set<String> UNAVAILABLE = Set.of("rateLimitExceeded", "quotaExceeded", "jobRateLimitExceeded",
            "backendError", "internalError", "jobBackendError", "jobInternalError", "stopped", "timeout",
            "tableUnavailable", "badRequest");
    private static final Set<String> TOO_LARGE = Set.of("resourcesExceeded", "responseTooLarge", "uploadTooLarge");
    private static final Set<String> STALE = Set.of("notFound", "duplicate", "conflict");

    private static final List<String> CONFLICT = List.of("due to concurrent update", "could not serialize access");
    private static final List<String> TOO_LARGE_WORDS = List.of("payload size exceeds", "query is too large");
    private static final List<String> STALE_WORDS = List.of("not found", "already exists", "unrecognized name",
            "is not present in", "cannot be inserted into", "cannot be assigned to", "duplicate column", "does not exist");

    private BigQueryFault() {
    }

    static WarehouseFault of(Exception failure) {
        BigQueryError error = error(failure);
        String message = error == null || error.getMessage() == null ? sentence(failure) : error.getMessage();
        int code = failure instanceof BaseServiceException service ? service.getCode() : 0;
        Kind kind = isRefusedLogin(failure) ? Kind.SETTINGS
                : kind(error == null ? null : error.getReason(), code, message.toLowerCase(Locale.ROOT));
        return new WarehouseFault(kind, kind == Kind.SETTINGS ? advice(message) : message.strip().replaceAll("\\s*\n\\s*", " "), failure);
    }

    static WarehouseFault interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new WarehouseFault(Kind.UNAVAILABLE, "interrupted", e);
    }

    /** True if the transaction was cancelled for another's sake: made anew it may pass. */
    static boolean isConflict(WarehouseFault fault) {
        return mentions(String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT), CONFLICT);
    }

    static WarehouseFault noLogin(IOException failure) {
        return new WarehouseFault(Kind.SETTINGS, "BigQuery has no login: " + sentence(failure)
                + "; set credentialsFile to the JSON key of a service account, or give the machine default credentials", failure);
    }

    private static Kind kind(String reason, int code, String message) {
        if (mentions(message, CONFLICT)) {
            return Kind.STALE;
        }
        if (code == 413 || TOO_LARGE.contains(String.valueOf(reason)) || mentions(message, TOO_LARGE_WORDS)) {
            return Kind.TOO_LARGE;
        }
        if (UNAVAILABLE.contains(String.valueOf(reason)) || code >= 500 || code == 429) {
            return Kind.UNAVAILABLE;
        }
        if (SETTINGS.contains(String.valueOf(reason)) || code == 401 || code == 403 || message.contains("not found: project")) {
            return Kind.SETTINGS;
        }
        if (STALE.contains(String.valueOf(reason)) || code == 404 || code == 409 || mentions(message, STALE_WORDS)) {
            return Kind.STALE;
        }
        // neither a reason nor an HTTP status: nothing came back, or nothing that is BigQuery's
        return reason == null && code < 400 ? Kind.UNAVAILABLE : Kind.REFUSED;
    }

    private static String advice(String message) {
        return "BigQuery does not let Serai in: " + message.lines().findFirst().orElse("").strip() + "; give its account the roles BigQuery Data Editor"
                + " and BigQuery Job User in the project";
    }

    /** The token was refused before BigQuery was asked: a key that was deleted, a clock that is wrong. */
    private static boolean isRefusedLogin(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Retryable login && cause instanceof IOException) {
                return !login.isRetryable();
            }
        }
        return false;
    }

    private static BigQueryError error(Exception failure) {
        if (failure instanceof BigQueryException known) {
            return known.getError() != null ? known.getError() : first(known.getErrors());
        }
        return failure instanceof JobException job ? first(job.getErrors()) : null;
    }

    private static BigQueryError first(List<BigQueryError> errors) {
        return errors == null || errors.isEmpty() ? null : errors.get(0);
    }

    private static String sentence(Throwable failure) {
        return WarehouseFault.sentence(failure);
    }

    private static boolean mentions(String message, List<String> phrases) {
        return phrases.stream().anyMatch(message::contains);
    }
}
