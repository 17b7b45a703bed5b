package dev.serai.delivery;

import java.util.Optional;

/**
 * How a destination does, for health and the console.
 *
 * @param waiting   events that wait for another attempt
 * @param lag       events in its queue that are not read yet
 * @param stoppedBy the code of the answer that only a person can change; empty while it delivers
 */
public record DestinationStatus(String destination, boolean on, int waiting, long lag, Optional<String> stoppedBy) {
}
