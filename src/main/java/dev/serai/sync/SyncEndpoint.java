package dev.serai.sync;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** The collections of one partner. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "sync", title = "Sync", syntax = "sync:partner", category = Category.SAAS,
        consumerOnly = true)
public final class SyncEndpoint extends DefaultEndpoint {

    @UriPath
    @Metadata(required = true, description = "The partner's folder.")
    private final String partner;

    SyncEndpoint(String uri, SyncComponent component, String partner) {
        super(uri, component);
        this.partner = partner;
    }

    public String getPartner() {
        return partner;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("sync: can only be consumed from");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        Syncs syncs = getCamelContext().getRegistry().findSingleByType(Syncs.class);
        return new SyncConsumer(this, processor, syncs);
    }
}
