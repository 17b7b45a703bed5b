/**
 * The words of the hub as immutable records: events, dead letters, problems of a configuration.
 *
 * <p>Imports nothing of the other packages, and of libraries only Jackson. Read {@link dev.serai.model.Event} first.
 */
package dev.serai.model;
