package dev.serai.delivery;

import dev.serai.kafka.Suppressions;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Program;
import dev.serai.partner.Settings;
import java.time.InstantSource;
import java.util.Map;
import org.apache.camel.CamelContext;

/** What the endpoints of this package find in Camel's registry. */
final class Registry {

    private Registry() {
    }

    static <T> T need(CamelContext context, Class<T> type) {
        T bean = context.getRegistry().findSingleByType(type);
        if (bean == null) {
            throw new IllegalStateException("delivery needs a " + type.getSimpleName() + " in Camel's registry");
        }
        return bean;
    }

    static Destinations destinations(CamelContext context) {
        return need(context, Destinations.class);
    }

    /** @throws IllegalArgumentException if there is no such partner, or nothing goes out to it */
    static Partner partner(CamelContext context, String slug) {
        Map<String, Partner> partners = need(context, PartnerFolders.class).partners();
        Partner partner = partners.get(slug);
        if (partner == null || partner.destination().isEmpty()) {
            throw new IllegalArgumentException("'" + slug + "' is no partner that events go out to; "
                    + Settings.suggestion(slug, partners.keySet()));
        }
        return partner;
    }

    /** The program in this file of the partner's folder; null where no file is named. */
    static Program program(Partner partner, String file) {
        return file.isEmpty() ? null : Program.compile(partner, file);
    }

    /** What became of events before; nothing where a sample is run. */
    static Fates fates(CamelContext context) {
        Fates fates = context.getRegistry().findSingleByType(Fates.class);
        return fates != null ? fates : Fates.NONE;
    }

    /** Whose events are dropped; nobody's where a sample is run. */
    static Suppressions suppressions(CamelContext context) {
        Suppressions suppressions = context.getRegistry().findSingleByType(Suppressions.class);
        return suppressions != null ? suppressions : new Suppressions();
    }

    static InstantSource clock(CamelContext context) {
        InstantSource clock = context.getRegistry().findSingleByType(InstantSource.class);
        return clock != null ? clock : InstantSource.system();
    }
}
