package dev.serai.warehouse;

import java.util.function.IntConsumer;

/**
 * Which values of an event a table gets. The context goes first, so that it keeps its columns' names, then the fields
 * of the call, properties and traits.
 */
enum RowPart {
    ALL, CONTEXT_AND_OWN, TRAITS;

    void forEach(FlatEvent event, IntConsumer action) {
        if (this != TRAITS) {
            each(event.contextFrom, event.contextTo, action);
            each(event.ownFrom, event.ownTo, action);
        }
        if (this == ALL) {
            each(event.propertiesFrom, event.propertiesTo, action);
        }
        if (this != CONTEXT_AND_OWN) {
            each(event.traitsFrom, event.traitsTo, action);
        }
    }

    private static void each(int from, int to, IntConsumer action) {
        for (int index = from; index < to; index++) {
            action.accept(index);
        }
    }
}
