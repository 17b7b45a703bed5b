/**
 * Loads topic {@code events} into warehouse tables as Segment lays them out, and answers read-only SQL over them.
 *
 * <p>Reading, flattening, naming and planning know no database ({@link dev.serai.warehouse.EventReader},
 * {@link dev.serai.warehouse.Table}); what DuckDB is told lives in the classes named after it. Imports
 * {@code model}, and of {@code privacy} the interface by which people are forgotten. Read
 * {@link dev.serai.warehouse.Loader} first, then {@link dev.serai.warehouse.BatchLoader}.
 */
package dev.serai.warehouse;
