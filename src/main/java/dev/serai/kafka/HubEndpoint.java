package dev.serai.kafka;

import dev.serai.observe.SourceCounts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Set;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** One topic of the hub. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "hub", title = "Hub topic", syntax = "hub:topic",
        category = Category.MESSAGING)
public final class HubEndpoint extends DefaultEndpoint {

    @UriPath
    @Metadata(required = true, description = "events, dead-letters, or deliveries.<destination>")
    private final String topic;

    @UriParam(label = "consumer", description = "Consumer group; those of one group share the topic's partitions.")
    private String group;

    @UriParam(label = "consumer", description = "Whether states of objects, and events that are replayed, are handed on too.")
    private boolean everything;

    HubEndpoint(String uri, HubComponent component, String topic) {
        super(uri, component);
        this.topic = topic;
    }

    public String getTopic() {
        return topic;
    }

    public String getGroup() {
        return group;
    }

    public void setGroup(String group) {
        this.group = group;
    }

    public boolean isEverything() {
        return everything;
    }

    public void setEverything(boolean everything) {
        this.everything = everything;
    }

    @Override
    public Producer createProducer() {
        return new HubProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        if (group == null) {
            throw new IllegalArgumentException("hub:" + topic + " needs a group to be read");
        }
        return new HubConsumer(this, processor);
    }

    /** Where records come from: Kafka, unless the registry says otherwise. */
    TopicReaders readers() {
        TopicReaders readers = getCamelContext().getRegistry().findSingleByType(TopicReaders.class);
        return readers != null ? readers : TopicReaders.of(bean(KafkaConnection.class));
    }

    /** Whose events are passed over; nobody's where the hub's parts run alone. */
    Suppressions suppressions() {
        Suppressions suppressions = getCamelContext().getRegistry().findSingleByType(Suppressions.class);
        return suppressions != null ? suppressions : new Suppressions();
    }

    /** Who remembers what was decided: nobody where another than the routing reads. */
    Decisions decisions() {
        return Decisions.all(everything ? getCamelContext().getRegistry().findByType(Decisions.class) : Set.of());
    }

    /** What counts what comes in; for nobody but the metrics where the hub's parts run alone. */
    SourceCounts counts() {
        SourceCounts counts = getCamelContext().getRegistry().findSingleByType(SourceCounts.class);
        return counts != null ? counts : new SourceCounts(bean(MeterRegistry.class), InstantSource.system());
    }

    <T> T bean(Class<T> type) {
        T bean = getCamelContext().getRegistry().findSingleByType(type);
        if (bean == null) {
            throw new IllegalStateException("hub: needs a " + type.getSimpleName() + " in Camel's registry");
        }
        return bean;
    }
}
