package dev.serai.delivery;

import dev.serai.partner.Destinations.ConfiguredDestination;
import java.util.concurrent.CompletableFuture;

/** Carries a request to a partner. */
interface Transport {

    /**
     * The answer whatever its status; redirects are answers.
     *
     * @return failed with {@link AddressRefused} if the request may not be made, with anything else if it came to no
     *         answer and may be made again
     */
    CompletableFuture<HttpAnswer> send(ConfiguredDestination destination, HttpCall call);
}
