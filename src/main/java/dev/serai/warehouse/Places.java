package dev.serai.warehouse;

import java.util.Arrays;

/** Where the values of planned rows go: per row the number of its values, then for each the column's position and its index. */
final class Places {

    private int[] places = new int[256];
    private int size;
    private int rowStart;

    /** @return where the row begins, for {@link RowSlots#at} */
    int begin() {
        rowStart = size;
        size++;
        return rowStart;
    }

    void put(Column column, int index) {
        makeRoom();
        places[size++] = column.position;
        places[size++] = index;
    }

    void end() {
        places[rowStart] = (size - rowStart - 1) / 2;
        makeRoom();
    }

    int get(int at) {
        return places[at];
    }

    /** For one more value, or for the beginning of a row. */
    private void makeRoom() {
        if (size + 3 > places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
    }
}
