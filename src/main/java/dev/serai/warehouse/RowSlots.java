package dev.serai.warehouse;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Arrays;

/**
 * One row of a table in the order of its columns: for each, which of the batch's values it gets, as it was planned.
 * Used again and again for all rows of a table.
 */
final class RowSlots {

    static final int NOTHING = -1;

    private final Values values;
    private final Places places;
    private final int[] slots;
    private final StringBuilder more = new StringBuilder();
    private final int morePosition;
    private int next;

    RowSlots(Values values, Places places, Table table) {
        this.values = values;
        this.places = places;
        this.slots = new int[table.columns().size()];
        Column column = table.named(Table.MORE);
        this.morePosition = column == null ? NOTHING : column.position;
    }

    /** Goes to the row that begins there; {@link #NOTHING} for one without values. */
    void at(int place) {
        if (place == NOTHING) {
            clear();
        } else {
            next = place;
            next();
        }
    }

    private void clear() {
        Arrays.fill(slots, NOTHING);
        more.setLength(0);
    }

    /** Goes on to the next row. */
    void next() {
        clear();
        for (int left = places.get(next++); left > 0; left--) {
            int position = places.get(next++);
            int index = places.get(next++);
            if (position == morePosition) {
                addMore(index);
            } else {
                slots[position] = index;
            }
        }
    }

    /** The index of the column's value, or -1. */
    int value(Column column) {
        return slots[column.position];
    }

    /** The JSON object for {@link Table#MORE}, or null. */
    String more() {
        return more.isEmpty() ? null : more + "}";
    }

    private void addMore(int index) {
        more.append(more.isEmpty() ? '{' : ',');
        quote(values.path(index).dotted());
        more.append(':');
        switch (values.kind(index)) {
            case TEXT, TIME -> quote(values.text(index));
            default -> more.append(values.text(index));
        }
    }

    private void quote(String text) {
        more.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, more);
        more.append('"');
    }
}
