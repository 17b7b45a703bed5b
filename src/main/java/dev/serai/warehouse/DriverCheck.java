package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;

/** The classes of a warehouse that serai.jar does not bring; they stand beside it in {@code drivers/}. */
final class DriverCheck {

    private DriverCheck() {
    }

    /** @param name as {@code ./serai drivers} knows it */
    static void require(WarehouseSettings settings, String kind, String name, String className) {
        try {
            Class.forName(className);
        } catch (ClassNotFoundException e) {
            throw missing(settings, kind, name, className);
        }
    }

    static SettingsException missing(WarehouseSettings settings, String kind, String name, String className) {
        return new SettingsException(new Problem(settings.name(), 0, 0, "what " + kind + " needs is not in drivers/ ("
                + className + ")", "run './serai drivers " + name + "' and start again"));
    }
}
