package dev.serai.delivery;

import dev.serai.partner.Partner;

/**
 * One of the requests that a partner takes, and how large the next one may be: half of the last after an answer that
 * it was too large. Belongs to the thread of its queue.
 */
final class Kind {

    private final String name;
    private final Partner.Request limits;
    private int maxItems;

    /** @param name as in {@code partner.yaml}; empty where there is only one */
    Kind(String name, Partner.Request limits) {
        this.name = name;
        this.limits = limits;
        this.maxItems = limits.maxItems();
    }

    String name() {
        return name;
    }

    Partner.Request limits() {
        return limits;
    }

    int maxItems() {
        return maxItems;
    }

    void tooLarge(int items) {
        maxItems = Math.max(1, items / 2);
    }

    /** A size that the partner refused once may have been one large event. */
    void fits() {
        maxItems = Math.min(limits.maxItems(), maxItems * 2);
    }
}
