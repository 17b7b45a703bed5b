package dev.serai.warehouse;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param columns   names, in order
 * @param rows      each with a value per column: null, Boolean, a Number, a String (times as ISO 8601 with Z), a List
 *                  or a Map of such
 * @param truncated true if there were more rows than a query may answer
 */
public record QueryResult(List<String> columns, List<List<Object>> rows, boolean truncated) {
}
