package dev.serai.console;

import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import java.util.Optional;

/** What the hub was told, as it is now: a folder may have been read again. */
public interface Deployment {

    Settings settings();

    PartnerFolders folders();

    Sources sources();

    Destinations destinations();

    /** What keeps the routes of this partner from running. */
    Optional<String> fault(String partner);
}
