package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the partner is to be told of one event in one request; an event may make several. Belongs to the thread of its
 * queue.
 */
final class Item {

    private final Delivery delivery;
    private final Kind kind;
    private final JsonNode body;
    private final int bytes;
    private int failures;
    private int maxCompany = Integer.MAX_VALUE;

    /** @param bytes about how much of a request it takes */
    Item(Delivery delivery, Kind kind, JsonNode body, int bytes) {
        this.delivery = delivery;
        this.kind = kind;
        this.body = body;
        this.bytes = bytes;
    }

    Delivery delivery() {
        return delivery;
    }

    Kind kind() {
        return kind;
    }

    JsonNode body() {
        return body;
    }

    int bytes() {
        return bytes;
    }

    /** @return how many attempts have failed, this one included */
    int failed(long now) {
        delivery.failed(now);
        return ++failures;
    }

    /** A request of this many items, itself among them, was too large: half as many at most from now on, until it is alone. */
    void splitFrom(int items) {
        maxCompany = Math.min(maxCompany, (items + 1) / 2);
    }

    /** The items of a request that it may be in, itself included. */
    int maxCompany() {
        return maxCompany;
    }

    /** What was tried against a destination that is shut counts for nothing. */
    void startOver() {
        failures = 0;
        delivery.startOver();
    }
}
