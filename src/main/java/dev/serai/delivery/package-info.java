/**
 * Handing events to destinations: each has its own queue, requests go out side by side while a user's events stay in
 * order, and what cannot be delivered waits, is split, or becomes a dead letter. What is a partner's own (how an event
 * becomes a request, what an answer means) stands in the partner's folder.
 *
 * <p>May import {@code partner}, {@code kafka}, {@code observe} and {@code model}. Read {@link dev.serai.delivery.DeliveryQueue} first,
 * then {@link dev.serai.delivery.RequestProducer}.
 */
package dev.serai.delivery;
