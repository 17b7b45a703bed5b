package dev.serai.trait;

import java.time.Instant;
import java.util.Optional;

/**
 * How a definition does.
 *
 * @param size    users or rows that are in force
 * @param lastRun when it was computed last and all was sent
 * @param nextRun when it is due; empty for a definition without a file
 * @param problem what keeps it from being computed
 * @param hasFile false for one whose file is gone, while its members are still what destinations were told
 */
public record Status(String name, String kind, String key, String description, String warehouse, long size, Optional<Instant> lastRun,
                     Optional<Instant> nextRun, Optional<String> problem, boolean isRunning, boolean hasFile) { }
