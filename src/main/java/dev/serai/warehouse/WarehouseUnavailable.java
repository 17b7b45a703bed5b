package dev.serai.warehouse;

/** The warehouse, or the place for dead letters, does not work at the moment; no record is to blame, so try again. */
final class WarehouseUnavailable extends Exception {

    WarehouseUnavailable(Exception cause) {
        super(DuckDbFault.sentence(cause), cause);
    }
}
