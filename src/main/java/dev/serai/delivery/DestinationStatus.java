package dev.serai.delivery;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a destination does, for health and the console.
 *
 * @param partner   the folder by which it is delivered to
 * @param missing   the settings without which it is off
 * @param waiting   items that wait for another attempt
 * @param lag       events in its queue that are not read yet
 * @param stoppedBy the code of the answer that only a person can change; empty while it delivers
 * @param outcomes  how many attempts at an event ended how, since this hub began
 */
public record DestinationStatus(String destination, String partner, boolean on, List<String> missing, int waiting, long lag,
                                Optional<String> stoppedBy, Map<String, Long> outcomes) {

    /** On, but its queue is not read here: a warehouse's loader does, or its route does not run. */
    static DestinationStatus elsewhere(String destination, String partner) {
        return new DestinationStatus(destination, partner, true, List.of(), 0, 0, Optional.empty(), Map.of());
    }

    static DestinationStatus off(String destination, String partner, List<String> missing) {
        return new DestinationStatus(destination, partner, false, missing, 0, 0, Optional.empty(), Map.of());
    }
}
