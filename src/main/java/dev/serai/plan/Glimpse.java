package dev.serai.plan;

/**
 * What the gate knows of an event when it comes in, so that one that is as planned need not be parsed as a whole.
 *
 * @param type       as on the wire, {@code track}
 * @param name       of a track event
 * @param bytes      where properties and traits stand
 * @param properties from and to; both 0 where there are none
 * @param traits     likewise
 */
public record Glimpse(String type, String name, String messageId, byte[] bytes, Range properties, Range traits) {

    /** A part of the bytes. */
    public record Range(int from, int to) { }
}
