package dev.serai.delivery;

import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/** {@code records:<partner>}: writes items of a queue to a Kafka topic and answers for each what became of it. */
@Component("records")
public final class RecordsComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        Registry.partner(getCamelContext(), remaining);
        return new DefaultEndpoint(uri, this) {
            @Override
            public Producer createProducer() {
                return new RecordsProducer(this);
            }

            @Override
            public Consumer createConsumer(Processor processor) {
                throw new UnsupportedOperationException("records: is a step, not a source");
            }
        };
    }
}
