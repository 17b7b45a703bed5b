package dev.serai.sandbox.salesforce;

import java.util.List;

/**
 * A query of one sobject that was understood: every name in it is a field, every literal is in the form of the rows.
 *
 * @param fields  in the order asked for; empty if only the count is
 * @param where   null if all rows are asked for
 * @param limit   {@link Integer#MAX_VALUE} if there is none
 */
record Soql(SObject sobject, List<Field> fields, Condition where, List<Order> order, int limit, int offset) {

    record Order(Field field, boolean isDescending, boolean nullsFirst) { }

    boolean isCount() {
        return fields.isEmpty();
    }

    /** Whether these fields, in this direction, and nothing else order the rows. */
    boolean isOrderedBy(boolean descending, List<String> names) {
        return order.stream().map(one -> one.field().name()).toList().equals(names)
                && order.stream().allMatch(one -> one.isDescending() == descending);
    }
}
