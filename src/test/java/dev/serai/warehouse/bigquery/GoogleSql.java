package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.warehouse.bigquery.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Turns GoogleSQL into DuckDB's SQL: names, types, literals, parameters, array offsets and UNNEST. What it does not
 * know goes through as it is, and DuckDB refuses it.
 */
final class GoogleSql {

    private static final Map<String, String> TYPES = Map.of("INT64", "BIGINT", "FLOAT64", "DOUBLE", "STRING", "VARCHAR",
            "BOOL", "BOOLEAN", "BYTES", "BLOB", "TIMESTAMP", "TIMESTAMP");

    private final Map<String, String> parameters = new HashMap<>();

    /** @param queryParameters as in the REST resource QueryRequest */
    GoogleSql(JsonNode queryParameters) throws ApiError {
        for (JsonNode parameter : queryParameters) {
            parameters.put(parameter.get("name").asText(), literal(parameter.get("parameterType"), parameter.get("parameterValue")));
        }
    }

    static String type(String googleType) throws ApiError {
        String type = TYPES.get(googleType.toUpperCase(Locale.ROOT));
        if (type == null) {
            throw ApiError.query("Type not found: " + googleType);
        }
        return type;
    }

    /** The statements of a script; what is between IF and END IF belongs to one. */
    static List<List<Token>> statements(List<Token> script) {
        List<List<Token>> statements = new ArrayList<>();
        List<Token> statement = new ArrayList<>();
        for (int at = 0; at < script.size(); at++) {
            Token token = script.get(at);
            boolean isOpen = !statement.isEmpty() && statement.get(0).is("IF") && !(statement.size() > 2
                    && statement.get(statement.size() - 1).is("IF") && statement.get(statement.size() - 2).is("END"));
            if (token.is(";") && !isOpen) {
                if (!statement.isEmpty()) {
                    statements.add(statement);
                }
                statement = new ArrayList<>();
            } else {
                statement.add(token);
            }
        }
        if (!statement.isEmpty()) {
            statements.add(statement);
        }
        return statements;
    }

    String translate(List<Token> tokens) throws ApiError {
        StringJoiner sql = new StringJoiner(" ");
        for (int at = 0; at < tokens.size(); at++) {
            if (matches(tokens, at, "UNNEST", "(", "@", ")", "AS", "a", "WITH", "OFFSET", "AS", "a")) {
                String array = parameter(tokens.get(at + 2));
                sql.add("(SELECT unnest(" + array + ") AS " + tokens.get(at + 5).text() + ", unnest(range(len(" + array + "))) AS "
                        + tokens.get(at + 9).text() + ")");
                at += 9;
            } else if (matches(tokens, at, "IN", "UNNEST", "(", "@", ")")) {
                sql.add("IN (SELECT unnest(" + parameter(tokens.get(at + 3)) + "))");
                at += 4;
            } else if (matches(tokens, at, "[", "OFFSET", "(")) {
                int end = closing(tokens, at + 2);
                sql.add("[(" + translate(tokens.subList(at + 3, end)) + ") + 1]");
                at = end + 1;
            } else {
                sql.add(translate(tokens.get(at)));
            }
        }
        return sql.toString().replace(" . ", ".");
    }

    private String translate(Token token) throws ApiError {
        return switch (token.kind()) {
            case TEXT -> quoted(token.text(), '\'');
            case NAME -> name(token.text());
            case PARAMETER -> parameter(token);
            case WORD -> TYPES.getOrDefault(token.text(), token.text());
            default -> token.text();
        };
    }

    /** {@code project.dataset.table}, {@code project.dataset}, or a column. */
    static String name(String path) {
        String[] parts = path.split("\\.");
        return switch (parts.length) {
            case 3 -> quoted(parts[1], '"') + "." + quoted(parts[2], '"');
            case 2 -> quoted(parts[1], '"');
            default -> quoted(path, '"');
        };
    }

    static String quoted(String text, char quote) {
        return quote + text.replace(String.valueOf(quote), String.valueOf(quote) + quote) + quote;
    }

    /** Where the parenthesis that opens here is closed. */
    static int closing(List<Token> tokens, int open) throws ApiError {
        int depth = 0;
        for (int at = open; at < tokens.size(); at++) {
            depth += tokens.get(at).is("(") ? 1 : tokens.get(at).is(")") ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw ApiError.query("Syntax error: Expected \")\" but got end of statement");
    }

    static int find(List<Token> tokens, int from, String word) {
        for (int at = from; at < tokens.size(); at++) {
            if (tokens.get(at).is(word)) {
                return at;
            }
        }
        return -1;
    }

    /** {@code @} stands for a parameter, {@code a} for any word. */
    static boolean matches(List<Token> tokens, int from, String... pattern) {
        if (from + pattern.length > tokens.size()) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            Token token = tokens.get(from + i);
            boolean fits = switch (pattern[i]) {
                case "@" -> token.kind() == Kind.PARAMETER;
                case "a" -> token.kind() == Kind.WORD;
                default -> token.is(pattern[i]);
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private String parameter(Token token) throws ApiError {
        String value = parameters.get(token.text());
        if (value == null) {
            throw ApiError.query("Query parameter '" + token.text() + "' not found at [1:1]");
        }
        return value;
    }

    private static String literal(JsonNode type, JsonNode value) throws ApiError {
        String name = type.get("type").asText();
        if (name.equals("ARRAY")) {
            StringJoiner elements = new StringJoiner(", ", "CAST([", "] AS " + type(type.at("/arrayType/type").asText()) + "[])");
            for (JsonNode element : value.path("arrayValues")) {
                elements.add(literal(type.get("arrayType"), element));
            }
            return elements.toString();
        }
        return "CAST(" + quoted(value.get("value").asText(), '\'') + " AS " + type(name) + ")";
    }
}
