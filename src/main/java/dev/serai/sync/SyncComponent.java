package dev.serai.sync;

import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code sync:<partner>}: asks a route for the pages of a partner's collections. Kamelet {@code sync-source} uses it;
 * partner folders use the Kamelet.
 */
@Component("sync")
public final class SyncComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PartnerFolders folders = getCamelContext().getRegistry().findSingleByType(PartnerFolders.class);
        Partner partner = folders == null ? null : folders.partners().get(remaining);
        if (partner == null || partner.source().flatMap(Partner.Source::sync).isEmpty()) {
            throw new IllegalArgumentException("'" + remaining + "' is no partner folder that declares source.sync");
        }
        SyncEndpoint endpoint = new SyncEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
