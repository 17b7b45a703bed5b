package dev.serai.warehouse;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets only a single statement that reads through to PostgreSQL. The server itself refuses to write in a read-only
 * transaction; what it does not refuse is a second statement that ends that transaction, and functions that reach
 * outside of the tables: files, sleep, other sessions. The text is read token by token, because a semicolon or a name
 * may stand in a string, a quoted name or a comment. Source: PostgreSQL's manual, "Lexical Structure".
 */
final class PostgresGuard {

    private static final int MAX_LENGTH = 64 * 1024;
    private static final Set<String> READING = Set.of("select", "with", "values", "table", "show", "explain");
    private static final Pattern REFUSED = Pattern.compile("pg_sleep.*|pg_read_.*|pg_ls_.*|pg_stat_file|pg_file_.*|lo_.*|dblink.*"
            + "|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile|pg_(try_)?advisory_.*|set_config"
            + "|.*_to_xml.*|pg_logical_.*|pg_create_.*|pg_drop_.*|pg_switch_wal|pg_promote|pg_notify|pg_export_snapshot"
            + "|pg_replication_.*|pg_wal_.*|pg_backup_.*|pg_start_backup|pg_stop_backup|pg_stat_reset.*|pg_log_.*|setseed");

    private final String sql;
    private int at;

    private PostgresGuard(String sql) {
        this.sql = sql;
    }

    static void check(String sql) throws QueryException {
        if (sql.length() > MAX_LENGTH) {
            throw refused("a query may have " + MAX_LENGTH + " characters");
        }
        new PostgresGuard(sql).check();
    }

    private void check() throws QueryException {
        String name = null;
        boolean isFirst = true;
        boolean hasEnded = false;
        for (String token = next(); token != null; token = next()) {
            if (token.equals(";")) {
                hasEnded = true;
                continue;
            }
            if (hasEnded) {
                throw refused("one statement is expected");
            }
            if (isFirst && !token.equals("(")) {
                if (!READING.contains(token)) {
                    throw refused("only one SELECT can be run here (WITH, VALUES, TABLE, SHOW and EXPLAIN of one too)");
                }
                isFirst = false;
            }
            if (token.equals("(") && name != null && REFUSED.matcher(name).matches()) {
                throw refused("the function '" + name + "' cannot be used here");
            }
            name = token;
        }
        if (isFirst) {
            throw refused("a query is expected");
        }
    }

    /** The next word in lower case, quoted name or sign, past strings, numbers and comments; null at the end. */
    private String next() throws QueryException {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                skipComment();
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\'') {
                skipString(false);
                return "''";
            } else if (c == '"') {
                return quotedName();
            } else if (c == '$' && isDollarQuote()) {
                skipDollarQuote();
                return "''";
            } else if (Character.isLetter(c) || c == '_' || c > 0x7f) {
                return word();
            } else {
                at++;
                return String.valueOf(c);
            }
        }
        return null;
    }

    private String word() throws QueryException {
        int from = at;
        while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_'
                || sql.charAt(at) == '$' || sql.charAt(at) > 0x7f)) {
            at++;
        }
        String word = sql.substring(from, at).toLowerCase(Locale.ROOT);
        if (at < sql.length() && sql.charAt(at) == '\'' && word.equals("e")) {
            skipString(true);
        } else if (word.equals("u") && sql.startsWith("&", at)) {
            throw refused("names and strings with U& cannot be used here");
        }
        return word;
    }

    private String quotedName() throws QueryException {
        StringBuilder name = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            if (sql.charAt(at) == '"') {
                if (!sql.startsWith("\"\"", at)) {
                    at++;
                    return name.toString();
                }
                at++;
            }
            name.append(sql.charAt(at));
        }
        throw unterminated();
    }

    private void skipString(boolean hasEscapes) throws QueryException {
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            if (c == '\\' && hasEscapes) {
                at++;
            } else if (c == '\'') {
                if (!sql.startsWith("''", at)) {
                    at++;
                    return;
                }
                at++;
            }
        }
        throw unterminated();
    }

    private void skipComment() throws QueryException {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
            if (at > sql.length()) {
                throw unterminated();
            }
        } while (depth > 0 && at < sql.length());
        if (depth > 0) {
            throw unterminated();
        }
    }

    private boolean isDollarQuote() {
        int end = at + 1;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end < sql.length() && sql.charAt(end) == '$' && !(end > at + 1 && Character.isDigit(sql.charAt(at + 1)));
    }

    private void skipDollarQuote() throws QueryException {
        String tag = sql.substring(at, sql.indexOf('$', at + 1) + 1);
        int end = sql.indexOf(tag, at + tag.length());
        if (end < 0) {
            throw unterminated();
        }
        at = end + tag.length();
    }

    private static QueryException unterminated() {
        return new QueryException(QueryException.Code.INVALID, "a string, a name or a comment does not end");
    }

    private static QueryException refused(String message) {
        return new QueryException(QueryException.Code.FORBIDDEN, message);
    }
}
