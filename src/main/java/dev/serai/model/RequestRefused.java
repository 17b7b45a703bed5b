package dev.serai.model;

import java.util.Objects;

/**
 * The sender is at fault, or must wait: an HTTP status of the 4xx range, a code and a sentence, which become the
 * answer {@code {"error":code,"message":message}}. Costs no stack trace; a hostile client can cause many.
 */
public final class RequestRefused extends RuntimeException {

    private final int status;
    private final String code;

    /**
     * @param status  400 to 499
     * @param code    for programs, snake_case
     * @param message for people: what happened and what to do; nothing of the request's own text but names
     */
    public RequestRefused(int status, String code, String message) {
        super(Objects.requireNonNull(message, "message"), null, false, false);
        if (status < 400 || status > 499) {
            throw new IllegalArgumentException("a refusal is a 4xx, not " + status);
        }
        this.status = status;
        this.code = Objects.requireNonNull(code, "code");
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }
}
