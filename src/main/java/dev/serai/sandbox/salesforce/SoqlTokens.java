package dev.serai.sandbox.salesforce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a query, one by one. */
final class SoqlTokens {

    enum Kind { WORD, TEXT, LITERAL, SIGN, END }

    record Token(Kind kind, String text, int at) { }

    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(?<text>'(?:[^'\\\\]++|\\\\.)*+')"
            + "|(?<literal>\\d{4}-\\d\\d-\\d\\d(?:T[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d))?"
            + "|\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z|-?\\d+(?:\\.\\d+)?)"
            + "|(?<word>[A-Za-z][\\w.]*)|(?<sign><=|>=|!=|<>|[=<>(),]))");

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    SoqlTokens(String query) {
        Matcher matcher = TOKEN.matcher(query);
        int at = 0;
        while (!query.substring(at).isBlank()) {
            if (!matcher.region(at, query.length()).lookingAt()) {
                throw malformed("unexpected token: '" + query.substring(at).trim().charAt(0) + "'", at);
            }
            add(matcher, Kind.TEXT, "text");
            add(matcher, Kind.LITERAL, "literal");
            add(matcher, Kind.WORD, "word");
            add(matcher, Kind.SIGN, "sign");
            at = matcher.end();
        }
        tokens.add(new Token(Kind.END, "<EOF>", query.length()));
    }

    private void add(Matcher matcher, Kind kind, String group) {
        String text = matcher.group(group);
        if (text != null) {
            tokens.add(new Token(kind, text, matcher.start(group)));
        }
    }

    Token peek() {
        return tokens.get(next);
    }

    Token take() {
        Token token = tokens.get(next);
        next += token.kind() == Kind.END ? 0 : 1;
        return token;
    }

    /** Takes the words if they come next. */
    boolean takeIf(String... words) {
        for (int at = 0; at < words.length; at++) {
            Token token = tokens.get(Math.min(next + at, tokens.size() - 1));
            if (token.kind() == Kind.TEXT || !token.text().equalsIgnoreCase(words[at])) {
                return false;
            }
        }
        next += words.length;
        return true;
    }

    void expect(String word) {
        if (!takeIf(word)) {
            throw unexpected(peek());
        }
    }

    String word() {
        Token token = take();
        if (token.kind() != Kind.WORD) {
            throw unexpected(token);
        }
        return token.text();
    }

    int number() {
        Token token = take();
        if (token.kind() != Kind.LITERAL || !token.text().matches("\\d{1,9}")) {
            throw unexpected(token);
        }
        return Integer.parseInt(token.text());
    }

    static Refused unexpected(Token token) {
        return malformed("unexpected token: '" + token.text().toLowerCase(Locale.ROOT) + "'", token.at());
    }

    private static Refused malformed(String what, int at) {
        return new Refused(400, "MALFORMED_QUERY", what + " (at column " + (at + 1) + " of the query)");
    }
}
