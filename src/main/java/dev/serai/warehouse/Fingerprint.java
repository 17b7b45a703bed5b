package dev.serai.warehouse;

/**
 * 64 bits that stand for a pair of texts. Among n ids two different ones meet with a probability of n²/2^65: with a
 * hundred million events a day, once in ten years. Stored in the warehouse, so it must never change.
 */
final class Fingerprint {

    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private Fingerprint() {
    }

    static long of(String first, String second) {
        return finish(mix(mix(SEED, first) * 31 + 1, second));
    }

    private static long mix(long state, String text) {
        long hash = state ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            long product = (hash ^ text.charAt(i)) * FACTOR;
            hash = product ^ product >>> 29;
        }
        return hash;
    }

    private static long finish(long hash) {
        long mixed = (hash ^ hash >>> 32) * FACTOR;
        mixed = (mixed ^ mixed >>> 29) * SEED;
        return mixed ^ mixed >>> 32;
    }
}
