package dev.serai.warehouse;

import java.nio.file.Path;

/**
 * The fingerprints of one window, in sixteen sets: growing copies a sixteenth at a time, and the bound of a mapping,
 * two gigabytes, is reached by three thousand million ids only.
 */
final class IdSet {

    private static final int PARTS = 16;
    private static final int FIRST_CAPACITY = 1 << 10;

    private final LongSet[] parts = new LongSet[PARTS];

    IdSet(Path folder) {
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new LongSet(folder, FIRST_CAPACITY);
        }
    }

    boolean add(long fingerprint) {
        return part(fingerprint).add(fingerprint);
    }

    boolean contains(long fingerprint) {
        return part(fingerprint).contains(fingerprint);
    }

    private LongSet part(long fingerprint) {
        return parts[(int) (fingerprint >>> 60)];
    }
}
