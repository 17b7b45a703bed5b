package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What was asked and answered for one item.
 *
 * @param correspondence null if nobody was asked
 * @param item           as the partner was to get it
 * @param items          how many were in its request
 */
record Attempt(Correspondence correspondence, JsonNode item, int items) {

    static final Attempt NONE = new Attempt(null, null, 1);

    static Attempt of(Batch batch, Item item) {
        return new Attempt(batch.correspondence().orElse(null), item.body(), batch.size());
    }
}
