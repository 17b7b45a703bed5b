package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Event;
import dev.serai.partner.Destinations.ConfiguredDestination;

/**
 * Whether an event's own {@code integrations} object lets it go to a destination. Segment's rules: the partner's
 * title decides, else {@code All}, else it may; an object counts as true. The partner's slug and the destination's
 * name are understood too. What is neither a boolean nor an object lets nothing through: the sender meant to restrict
 * something.
 */
final class Integrations {

    private Integrations() {
    }

    static boolean allow(Event event, ConfiguredDestination destination) {
        JsonNode integrations = event.json().path("integrations");
        if (!integrations.isObject() || integrations.isEmpty()) {
            return true;
        }
        String[] names = {destination.name(), destination.partner().title(), destination.partner().slug(), "All"};
        for (String name : names) {
            JsonNode told = integrations.get(name);
            if (told != null && !told.isNull()) {
                return told.isObject() || told.booleanValue();
            }
        }
        return true;
    }
}
