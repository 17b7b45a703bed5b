package dev.serai.warehouse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks Kafka for the id of a topic, which the consumer does not tell. */
final class TopicIds {

    private static final int PATIENCE_SECONDS = 10;

    private TopicIds() {
    }

    /** @param kafka properties of a client; those of consumers alone are passed over */
    static String of(String topic, Map<String, Object> kafka) throws WarehouseFault {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.keySet().retainAll(AdminClientConfig.configNames());
        try (Admin admin = Admin.create(properties)) {
            return admin.describeTopics(List.of(topic)).allTopicNames().get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .get(topic).topicId().toString();
        } catch (ExecutionException | TimeoutException e) {
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "Kafka does not describe topic " + topic + ": "
                    + WarehouseFault.sentence(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "interrupted", e);
        }
    }
}
