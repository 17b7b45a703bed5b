package dev.serai;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.DuckDbWarehouse;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderStatus;
import dev.serai.warehouse.PersonTables;
import dev.serai.warehouse.Query;
import dev.serai.warehouse.QueryLimits;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.Optional;

/** The warehouse with its loader and its reader, as one part of the hub that starts and stops. */
final class WarehouseService implements AutoCloseable {

    private static final String GROUP = "warehouse";

    private final DuckDbWarehouse warehouse;
    private final Query query;
    private Loader loader;

    WarehouseService(DuckDbWarehouse warehouse) {
        this.warehouse = warehouse;
        this.query = new Query(warehouse, QueryLimits.DEFAULT);
    }

    Query query() {
        return query;
    }

    /** The rows of people, to be counted and removed. */
    PersonStore people() {
        return PersonTables.of(warehouse);
    }

    void startLoading(KafkaConnection kafka, Publisher publisher, MeterRegistry meters) {
        try {
            loader = new Loader(kafka.consumer(GROUP), Topics.EVENTS, warehouse, DeadLetters.of(publisher)::saveAndWait);
        } catch (SQLException e) {
            throw new IllegalStateException("the warehouse cannot be read", e);
        }
        FunctionCounter.builder("serai.warehouse.events", this, service -> service.status().eventsLoaded())
                .description("events whose rows are committed").register(meters);
        FunctionCounter.builder("serai.warehouse.duplicates", this, service -> service.status().duplicates())
                .description("events dropped because their messageId was loaded within 24 hours").register(meters);
        FunctionCounter.builder("serai.warehouse.dead.letters", this, service -> service.status().deadLetters())
                .description("events that could not be loaded").register(meters);
        Gauge.builder("serai.warehouse.lag", this, service -> service.status().lag())
                .description("events in Kafka that are not in the warehouse yet").register(meters);
        Gauge.builder("serai.warehouse.freshness.p95.seconds", this, service -> service.status().freshnessP95() / 1e3)
                .description("from receipt to committed row, 95th percentile of the last minutes").register(meters);
        loader.start();
    }

    LoaderStatus status() {
        return loader.status();
    }

    /** What is wrong with loading, for the health page. */
    Optional<String> fault() {
        LoaderStatus status = loader.status();
        if (!status.isRunning()) {
            return Optional.of("the loader has stopped; the log says why");
        }
        return status.error();
    }

    @Override
    public void close() throws Exception {
        if (loader != null) {
            loader.close();
        }
        query.close();
        warehouse.close();
    }
}
