/**
 * Loads topics {@code events} and {@code objects} into warehouse tables as Segment lays them out, and answers
 * read-only SQL over them. Events are appended; users, accounts and objects are the latest state of each id, by the
 * rules of {@link dev.serai.warehouse.TraitStates} and {@link dev.serai.warehouse.ObjectStates}.
 *
 * <p>Reading, flattening, naming and planning know no database ({@link dev.serai.warehouse.EventReader},
 * {@link dev.serai.warehouse.ObjectReader}, {@link dev.serai.warehouse.Table}); what one is told lives in the classes
 * named after it, behind {@link dev.serai.warehouse.Session}, and {@link dev.serai.warehouse.Dialect} lists them.
 * Imports {@code model} and {@code observe}, of {@code kafka} how copies in a rewritten topic are told, and of {@code privacy} how people
 * are named and forgotten. Read {@link dev.serai.warehouse.Loader} first, then {@link dev.serai.warehouse.BatchLoader}.
 */
package dev.serai.warehouse;
