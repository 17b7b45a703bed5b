package dev.serai.warehouse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks Kafka for the ids of topics, which the consumer does not tell. */
final class TopicIds {

    private static final int PATIENCE_SECONDS = 10;

    private TopicIds() {
    }

    /**
     * @param kafka properties of a client; those of consumers alone are passed over
     * @return by the topic's name
     */
    static Map<String, String> of(List<String> topics, Map<String, Object> kafka) throws WarehouseFault {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.keySet().retainAll(AdminClientConfig.configNames());
        try (Admin admin = Admin.create(properties)) {
            return admin.describeTopics(topics).allTopicNames().get(PATIENCE_SECONDS, TimeUnit.SECONDS).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().topicId().toString()));
        } catch (ExecutionException | TimeoutException e) {
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "Kafka does not describe the topics " + topics + ": "
                    + WarehouseFault.sentence(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "interrupted", e);
        }
    }
}
