package dev.serai.warehouse;

import dev.serai.warehouse.WarehouseFault.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/**
 * Tells whose fault a failure is. Most of Redshift's SQLSTATEs are PostgreSQL's; what is its own comes as internal
 * error XX000 and is told by the message: serializable isolation (1023), what COPY cannot read, what COPY refuses.
 * Sources: Amazon Redshift Database Developer Guide, "Troubleshooting serializable isolation errors" and
 * "Troubleshooting data loads".
 */
final class RedshiftFault {

    /** Wrong password or user, no such database, insufficient privilege; the schema of a table that is not there. */
    private static final Set<String> SETTINGS = Set.of("28000", "28P01", "28001", "3D000", "42501");
    private static final Set<String> STALE = Set.of("42P01", "42703", "3F000", "42P07", "42701", "42P06", "42804");
    /** A value out of range or too long, a constraint. */
    private static final Set<String> REFUSED_CLASSES = Set.of("22", "23");

    private RedshiftFault() {
    }

    static WarehouseFault of(Exception failure) {
        if (failure instanceof IOException) {
            return new WarehouseFault(Kind.UNAVAILABLE, WarehouseFault.sentence(failure), failure);
        }
        String sentence = PostgresFault.sentence(failure);
        return switch (kind(failure)) {
            case SETTINGS -> new WarehouseFault(Kind.SETTINGS, "Redshift refuses the hub: " + sentence
                    + "; check the warehouse's url, user and password, and what the user is granted", failure);
            case REFUSED -> new WarehouseFault(Kind.REFUSED, sentence, failure);
            case STALE -> WarehouseFault.stale(sentence);
            default -> new WarehouseFault(Kind.UNAVAILABLE, sentence, failure);
        };
    }

    static WarehouseFault ofDdl(SQLException failure) {
        WarehouseFault fault = of(failure);
        return fault.kind() != Kind.REFUSED ? fault : new WarehouseFault(Kind.SETTINGS, "Redshift does not alter a table: "
                + fault.getMessage() + "; drop what depends on the column, or alter it by hand", failure);
    }

    static boolean isOfCopy(Exception failure) {
        String message = message(failure);
        return message.contains("stl_load_errors") || message.contains("sys_load_error_detail");
    }

    private static Kind kind(Exception failure) {
        String state = failure instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
        String message = message(failure);
        if (SETTINGS.contains(state) || message.contains("password authentication failed")) {
            return Kind.SETTINGS;
        }
        if (STALE.contains(state)) {
            return Kind.STALE;
        }
        if (message.contains("s3serviceexception") || message.contains("not authorized to")
                || message.contains("the specified s3 prefix")) {
            return message.contains("status 5") || message.contains("slow down") ? Kind.UNAVAILABLE : Kind.SETTINGS;
        }
        if (isOfCopy(failure) || REFUSED_CLASSES.contains(state.substring(0, Math.min(2, state.length())))
                || state.equals("0A000") || state.equals("2BP01") || state.startsWith("42")
                || message.contains("string exceeds ddl length")) {
            return Kind.REFUSED;
        }
        // the network, a restart, serializable isolation, and whatever has no row to blame
        return Kind.UNAVAILABLE;
    }

    private static String message(Exception failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    }
}
