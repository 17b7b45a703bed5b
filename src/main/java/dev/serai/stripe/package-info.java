/**
 * The Camel component {@code stripe:}, on Stripe's own SDK, and the check of a webhook's signature. The URI, options,
 * headers and results are those of the official camel-stripe, so that its jar can take this one's place; only
 * {@code stripe:raw}, timeouts and {@code maxNetworkRetries} are more. Imports {@code model} only. Read
 * {@link dev.serai.stripe.StripeEndpoint} first.
 */
package dev.serai.stripe;
