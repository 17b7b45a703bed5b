package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** How often the API may be called in a day, counted by the sandbox's clock. */
public final class Budget {

    private static final int DAY = 100_000;
    private static final int BULK_BATCHES = 15_000;

    private final SandboxClock clock;
    private int max = DAY;
    private int used;
    private Instant day = Instant.EPOCH;

    Budget(SandboxClock clock) {
        this.clock = clock;
    }

    public synchronized void allowDaily(int requests) {
        max = requests;
    }

    /** As if others had called the API so often today. */
    public synchronized void use(int requests) {
        beginDay();
        used += requests;
    }

    public synchronized int used() {
        beginDay();
        return used;
    }

    /** Counts a request, or refuses it. */
    synchronized void spend() {
        beginDay();
        if (used >= max) {
            throw new Refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        }
        used++;
    }

    synchronized String header() {
        return "api-usage=" + used() + "/" + max;
    }

    synchronized ObjectNode limits() {
        ObjectNode limits = Json.MAPPER.createObjectNode();
        Map.of("DailyApiRequests", max, "DailyBulkApiBatches", BULK_BATCHES, "DailyBulkV2QueryJobs", 10_000,
                "DailyBulkV2QueryFileStorageMB", 976_562).forEach((name, most) ->
                limits.putObject(name).put("Max", most).put("Remaining", name.equals("DailyApiRequests") ? max - used()
                        : most));
        return limits;
    }

    private void beginDay() {
        Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
        if (!today.equals(day)) {
            day = today;
            used = 0;
        }
    }
}
