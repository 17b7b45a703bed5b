package dev.serai.delivery;

import dev.serai.partner.Destinations.ConfiguredDestination;
import java.util.concurrent.CompletableFuture;

/** What lets a destination's requests in where the partner asks for OAuth. From any thread. */
interface AccessTokens {

    /** Fails with {@link TokenRefused} if only a person can help. */
    CompletableFuture<String> of(ConfiguredDestination destination);

    /** The partner would not take this one, whatever its time: get another. */
    void refused(ConfiguredDestination destination, String token);

    /** The partner gives no token for these settings. */
    final class TokenRefused extends RuntimeException {

        private static final long serialVersionUID = 1;

        TokenRefused(String message) {
            super(message, null, false, false);
        }
    }
}
