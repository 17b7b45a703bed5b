package dev.serai.warehouse.bigquery;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of GoogleSQL. Source: BigQuery's document "Lexical structure and syntax".
 *
 * @param text of a TEXT or a NAME without quotes and escapes
 */
record Token(Kind kind, String text) {

    enum Kind {
        TEXT, NAME, PARAMETER, VARIABLE, WORD, SIGN
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(word);
    }

    static List<Token> of(String sql) throws ApiError {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\'' || c == '`') {
                StringBuilder text = new StringBuilder();
                at = quoted(sql, at + 1, c, text);
                tokens.add(new Token(c == '`' ? Kind.NAME : Kind.TEXT, text.toString()));
            } else if (c == '@') {
                boolean isSystem = sql.startsWith("@@", at);
                int end = word(sql, at + (isSystem ? 2 : 1));
                tokens.add(new Token(isSystem ? Kind.VARIABLE : Kind.PARAMETER, sql.substring(at + (isSystem ? 2 : 1), end)));
                at = end;
            } else if (Character.isLetterOrDigit(c) || c == '_') {
                int end = word(sql, at);
                tokens.add(new Token(Kind.WORD, sql.substring(at, end)));
                at = end;
            } else {
                int length = sql.startsWith("<=", at) || sql.startsWith(">=", at) || sql.startsWith("!=", at) ? 2 : 1;
                tokens.add(new Token(Kind.SIGN, sql.substring(at, at + length)));
                at += length;
            }
        }
        return tokens;
    }

    private static int word(String sql, int from) {
        int end = from;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private static int quoted(String sql, int from, char quote, StringBuilder text) throws ApiError {
        for (int at = from; at < sql.length(); at++) {
            char c = sql.charAt(at);
            if (c == quote) {
                return at + 1;
            }
            text.append(c == '\\' ? sql.charAt(++at) : c);
        }
        throw ApiError.query("Syntax error: Unclosed " + (quote == '`' ? "identifier" : "string") + " literal");
    }
}
