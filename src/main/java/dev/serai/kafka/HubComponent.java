package dev.serai.kafka;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code hub:<topic>}: the hub's topics as Camel endpoints. Kamelets use it; partner folders use Kamelets.
 *
 * <p>Why not camel-kafka: its producer hands every acknowledgement to a thread pool and may wait for memory on the
 * event loop; its consumer skips a failing record, or replays for ever, or (batching, 4.17) commits what was not
 * processed. Here a record counts as handled when its exchange is done, and a producer is done when Kafka has it.
 */
@Component("hub")
public final class HubComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        HubEndpoint endpoint = new HubEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
