package dev.serai.warehouse;

import dev.serai.warehouse.WarehouseFault.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;

/** Tells by SQLSTATE whose fault a failure is. Source: PostgreSQL's manual, appendix A. */
final class PostgresFault {

    /** Invalid password or role, no such database, insufficient privilege, a read-only server. */
    private static final Set<String> SETTINGS = Set.of("28000", "28P01", "3D000", "42501", "25006");

    /** A table, column or schema that is not there any more, there already, or of another type. */
    private static final Set<String> STALE = Set.of("42P01", "42703", "3F000", "42P07", "42701", "42710", "42P06", "42804", "22P03");

    /** Connection, resources, operator's intervention, system, lock not available, rolled back for another's sake. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58", "55", "40", "F0");

    private PostgresFault() {
    }

    static WarehouseFault of(Exception failure) {
        return new WarehouseFault(kind(failure), sentence(failure), failure);
    }

    /** In statements that alter tables, a duplicate key is that of the system's tables: another hub was quicker. */
    static WarehouseFault ofDdl(SQLException failure) {
        Kind kind = "23505".equals(failure.getSQLState()) || "XX000".equals(failure.getSQLState())
                ? Kind.STALE : kind(failure);
        return new WarehouseFault(kind, sentence(failure), failure);
    }

    private static Kind kind(Exception failure) {
        if (failure instanceof IOException) {
            return Kind.UNAVAILABLE;
        }
        String state = failure instanceof SQLException sql ? sql.getSQLState() : null;
        if (state == null || UNAVAILABLE_CLASSES.contains(state.substring(0, 2))) {
            return Kind.UNAVAILABLE;
        }
        if (SETTINGS.contains(state)) {
            return Kind.SETTINGS;
        }
        return STALE.contains(state) ? Kind.STALE : Kind.REFUSED;
    }

    static String sentence(Throwable failure) {
        String sentence = WarehouseFault.sentence(failure);
        return sentence.startsWith("ERROR: ") || sentence.startsWith("FATAL: ") ? sentence.substring(7) : sentence;
    }
}
