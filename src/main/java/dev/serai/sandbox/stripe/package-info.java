/**
 * A fake of Stripe's REST API, version 2022-11-15: people with cards, subscriptions, invoices and charges, lists that
 * page as Stripe's do, events of every change, webhook signatures. Imports {@code model} and {@code sandbox}. Read
 * {@link dev.serai.sandbox.stripe.StripeFake} first, then {@link dev.serai.sandbox.stripe.Store}.
 */
package dev.serai.sandbox.stripe;
