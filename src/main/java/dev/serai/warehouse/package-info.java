/**
 * Loads topic {@code events} into warehouse tables as Segment lays them out, and answers read-only SQL over them.
 *
 * <p>Reading, flattening, naming and planning know no database ({@link dev.serai.warehouse.EventReader},
 * {@link dev.serai.warehouse.Table}); what one is told lives in the classes named after it, behind
 * {@link dev.serai.warehouse.Session}, and {@link dev.serai.warehouse.Dialect} lists them. Imports {@code model}, of
 * {@code kafka} how copies in a rewritten topic are told, and of {@code privacy} the interface by which people are
 * forgotten. Read {@link dev.serai.warehouse.Loader} first, then {@link dev.serai.warehouse.BatchLoader}.
 */
package dev.serai.warehouse;
