package dev.serai.warehouse;

import dev.serai.warehouse.WarehouseFault.Kind;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells by Snowflake's error number, and else by SQLSTATE, whose fault a failure is. Numbers of 390000 and more are
 * of the login, those of 100000 to 100999 of values, those of 200000 to 200999 the driver's own, whose SQLSTATEs say
 * nothing. Source: the messages of Snowflake and of its JDBC driver ({@code ErrorCode}).
 */
final class SnowflakeFault {

    private static final Set<Integer> SESSION_ENDED = Set.of(390_111, 390_112, 390_114, 390_115);
    /** No privilege, no warehouse that runs, no database chosen or none of that name; a user, key or URL that is none. */
    private static final Set<Integer> SETTINGS = Set.of(3_001, 606, 90_105, 2_043,
            200_011, 200_012, 200_026, 200_028, 200_029, 200_045, 200_059);
    /** No such table, no such column, there already, an expression of another type than the column. */
    private static final Set<Integer> STALE = Set.of(2_003, 904, 2_002, 2_023);
    private static final Set<String> STALE_STATES = Set.of("42S02", "42710", "42711");

    private SnowflakeFault() {
    }

    static WarehouseFault of(Exception failure) {
        String sentence = sentence(failure);
        return switch (kind(failure)) {
            case SETTINGS -> new WarehouseFault(Kind.SETTINGS, "Snowflake refuses the hub: " + sentence
                    + "; check the warehouse's url, user, password or privateKeyFile, role and warehouse, and what the role is granted",
                    failure);
            case STALE -> WarehouseFault.stale(sentence);
            case REFUSED -> new WarehouseFault(Kind.REFUSED, sentence, failure);
            default -> new WarehouseFault(Kind.UNAVAILABLE, sentence, failure);
        };
    }

    static WarehouseFault ofDdl(SQLException failure) {
        WarehouseFault fault = of(failure);
        return fault.kind() != Kind.REFUSED ? fault : new WarehouseFault(Kind.SETTINGS, "Snowflake does not alter a table: "
                + fault.getMessage() + "; drop what depends on the column, or alter it by hand", failure);
    }

    private static Kind kind(Exception failure) {
        if (!(failure instanceof SQLException sql)) {
            return Kind.UNAVAILABLE;
        }
        int code = sql.getErrorCode();
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        if (SETTINGS.contains(code) || state.equals("42501") || code >= 390_000 && code < 400_000 && !SESSION_ENDED.contains(code)) {
            return Kind.SETTINGS;
        }
        if (STALE.contains(code) || STALE_STATES.contains(state)) {
            return Kind.STALE;
        }
        if (code >= 200_000 && code < 201_000) {
            return Kind.UNAVAILABLE;
        }
        boolean isOfValues = code >= 100_000 && code < 101_000 || state.startsWith("22") || state.startsWith("23")
                || state.startsWith("42");
        return isOfValues ? Kind.REFUSED : Kind.UNAVAILABLE;
    }

    /** On one line; "SQL compilation error:" is no sentence without what follows it. */
    private static String sentence(Exception failure) {
        String message = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        return message.startsWith("SQL compilation error: ") ? message.substring(23) : message;
    }
}
