/**
 * From the warehouse back to the destinations: SQL traits, computed traits, audiences, and reports over events, each a
 * file of {@code audiences/}. What a definition comes to is a query; {@link dev.serai.trait.Differences} finds in the
 * warehouse what has changed since the last time, and only that is sent, as events.
 *
 * <p>Imports {@code model}, {@code kafka} for topic {@code events}, {@code partner} for YAML files, {@code privacy} for how
 * people are forgotten, and of {@code warehouse} its {@link dev.serai.warehouse.Analysis}. Read
 * {@link dev.serai.trait.Definition} first, then {@link dev.serai.trait.Differences}.
 */
package dev.serai.trait;
