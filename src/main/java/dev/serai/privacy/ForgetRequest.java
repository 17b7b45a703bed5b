package dev.serai.privacy;

import java.time.Duration;
import java.util.Objects;

/**
 * What is to be done about a person.
 *
 * @param userId   whose {@code userId} it is; never to be logged
 * @param patience how long to wait for those who still have to read what is to be removed
 */
public record ForgetRequest(String userId, Action action, Duration patience) {

    public enum Action {
        /** Suppress, and remove what is there. */
        FORGET,
        /** Suppress only; what is there stays. */
        SUPPRESS,
        /** Take events again. */
        ALLOW,
        /** Change nothing, and count. */
        COUNT
    }

    public ForgetRequest {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(patience, "patience");
        if (userId.isEmpty()) {
            throw new IllegalArgumentException("a user id must not be empty");
        }
    }
}
