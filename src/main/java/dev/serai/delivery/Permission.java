package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;

/**
 * Whether an event may go to a destination that routing has chosen, by Segment's rules.
 *
 * <p>Consent first: a destination with categories gets an event whose {@code context.consent.categoryPreferences} has
 * true for each of them; one without categories, and an event without a consent object, are not held back. Then the
 * {@code integrations} object: the partner's title decides, else {@code All}, else it may; an object counts as true. The
 * partner's slug and the destination's name are understood too. What is neither a boolean nor an object lets nothing
 * through: the sender meant to restrict something.
 */
final class Permission {

    static final String CONSENT = "consent";
    static final String INTEGRATIONS = "integrations";

    /** The partner's mapping takes events only. */
    static final String MAPPING = "mapping";

    private Permission() {
    }

    /** What holds it back; empty if nothing does. */
    static String withheld(Envelope envelope, ConfiguredDestination destination) {
        return envelope.event().isEmpty() && !destination.limits().objects() ? MAPPING
                : !hasConsent(envelope.json(), destination) ? CONSENT
                : !integrationsAllow(envelope.json(), destination) ? INTEGRATIONS : "";
    }

    private static boolean hasConsent(JsonNode event, ConfiguredDestination destination) {
        String categories = destination.settings().get(Partner.CONSENT_CATEGORIES);
        JsonNode consent = event.path("context").path("consent");
        if (categories == null || consent.isMissingNode() || consent.isNull()) {
            return true;
        }
        JsonNode preferences = consent.path("categoryPreferences");
        for (String category : categories.split(",")) {
            if (!category.isBlank() && !preferences.path(category.strip()).booleanValue()) {
                return false;
            }
        }
        return true;
    }

    private static boolean integrationsAllow(JsonNode event, ConfiguredDestination destination) {
        JsonNode integrations = event.path("integrations");
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
