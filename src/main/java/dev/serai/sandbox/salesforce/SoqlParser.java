package dev.serai.sandbox.salesforce;

import dev.serai.sandbox.salesforce.Condition.Operator;
import dev.serai.sandbox.salesforce.SoqlTokens.Kind;
import dev.serai.sandbox.salesforce.SoqlTokens.Token;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads queries of one sobject: no sub-queries, no fields of parents, of aggregates COUNT() only. Refuses what Salesforce
 * refuses, with its codes.
 */
final class SoqlParser {

    private static final int MOST_WITH_ALL_FIELDS = 200;
    private static final int MOST_OFFSET = 2000;

    private final SoqlTokens tokens;
    private SObject sobject;

    private SoqlParser(String query) {
        tokens = new SoqlTokens(query);
    }

    /** @param schema finds an sobject by its name, or throws {@link Refused} */
    static Soql parse(String query, Function<String, SObject> schema) {
        return new SoqlParser(query).query(schema);
    }

    private Soql query(Function<String, SObject> schema) {
        tokens.expect("SELECT");
        List<String> selected = new ArrayList<>();
        boolean isCount = tokens.takeIf("COUNT", "(", ")");
        boolean isAll = false;
        if (!isCount) {
            do {
                if (tokens.takeIf("FIELDS", "(")) {
                    selected.add("FIELDS " + tokens.word());
                    tokens.expect(")");
                    isAll = true;
                } else {
                    selected.add(tokens.word());
                }
            } while (tokens.takeIf(","));
        }
        tokens.expect("FROM");
        sobject = schema.apply(tokens.word());
        List<Field> fields = selected(selected);
        Condition where = tokens.takeIf("WHERE") ? or() : null;
        List<Soql.Order> order = tokens.takeIf("ORDER", "BY") ? order() : List.of();
        int limit = tokens.takeIf("LIMIT") ? tokens.number() : Integer.MAX_VALUE;
        int offset = tokens.takeIf("OFFSET") ? tokens.number() : 0;
        if (tokens.peek().kind() != Kind.END) {
            throw SoqlTokens.unexpected(tokens.peek());
        }
        if (isAll && limit > MOST_WITH_ALL_FIELDS) {
            throw new Refused(400, "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200");
        }
        if (offset > MOST_OFFSET) {
            throw new Refused(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000");
        }
        return new Soql(sobject, fields, where, order, limit, offset);
    }

    private List<Field> selected(List<String> names) {
        Set<Field> fields = new LinkedHashSet<>();
        for (String name : names) {
            if (name.startsWith("FIELDS ")) {
                boolean isCustom = name.equalsIgnoreCase("FIELDS CUSTOM");
                sobject.fields().values().stream()
                        .filter(field -> name.equalsIgnoreCase("FIELDS ALL")
                        || field.isCustom() == isCustom).forEach(fields::add);
            } else if (!fields.add(field(name))) {
                throw new Refused(400, "INVALID_FIELD", "duplicate field selected: " + name);
            }
        }
        return List.copyOf(fields);
    }

    private Field field(String name) {
        if (name.contains(".") && !name.substring(0, name.indexOf('.')).equalsIgnoreCase(sobject.name())) {
            throw new Refused(400, "INVALID_FIELD", "Didn't understand relationship '" + name.substring(0, name.indexOf('.'))
                    + "' in field path. If you are attempting to use a custom relationship, be sure to append the '__r'");
        }
        return sobject.field(name.substring(name.indexOf('.') + 1)).orElseThrow(() -> new Refused(400, "INVALID_FIELD",
                "No such column '" + name + "' on entity '" + sobject.name()
                        + "'. If you are attempting to use a custom field, "
                        + "be sure to append the '__c' after the custom field name."));
    }

    private Condition or() {
        List<Condition> any = new ArrayList<>(List.of(and()));
        while (tokens.takeIf("OR")) {
            any.add(and());
        }
        return any.size() == 1 ? any.get(0) : new Condition.Or(any);
    }

    private Condition and() {
        List<Condition> all = new ArrayList<>(List.of(not()));
        while (tokens.takeIf("AND")) {
            all.add(not());
        }
        if (all.size() > 1 && tokens.peek().text().equalsIgnoreCase("OR")) {
            // Salesforce wants parentheses where the two meet
            throw SoqlTokens.unexpected(tokens.peek());
        }
        return all.size() == 1 ? all.get(0) : new Condition.And(all);
    }

    private Condition not() {
        if (tokens.takeIf("NOT")) {
            return new Condition.Not(not());
        }
        if (tokens.takeIf("(")) {
            Condition inner = or();
            tokens.expect(")");
            return inner;
        }
        return compare();
    }

    private Condition compare() {
        Field field = field(tokens.word());
        if (!field.isFilterable()) {
            throw new Refused(400, "INVALID_FIELD", "field '" + field.name() + "' can not be filtered in a query call");
        }
        Operator operator = operator();
        if (operator != Operator.IN && operator != Operator.NOT_IN) {
            List<Object> value = new ArrayList<>();
            value.add(literal(field));
            return new Condition.Compare(field, operator, value);
        }
        List<Object> values = new ArrayList<>();
        tokens.expect("(");
        do {
            values.add(literal(field));
        } while (tokens.takeIf(","));
        tokens.expect(")");
        return new Condition.Compare(field, operator, values);
    }

    private Operator operator() {
        if (tokens.takeIf("NOT", "IN")) {
            return Operator.NOT_IN;
        }
        Token token = tokens.take();
        return switch (token.text().toUpperCase(java.util.Locale.ROOT)) {
            case "=" -> Operator.EQUAL;
            case "!=", "<>" -> Operator.UNEQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_EQUAL;
            case "IN" -> Operator.IN;
            case "LIKE" -> Operator.LIKE;
            default -> throw SoqlTokens.unexpected(token);
        };
    }

    private Object literal(Field field) {
        Token token = tokens.take();
        if (token.kind() == Kind.WORD && token.text().equalsIgnoreCase("NULL")) {
            return null;
        }
        FieldType type = field.type();
        boolean isQuoted = token.kind() == Kind.TEXT;
        if (token.kind() == Kind.SIGN || token.kind() == Kind.END) {
            throw SoqlTokens.unexpected(token);
        }
        if (type.isText() != isQuoted) {
            throw wrongType(field, isQuoted ? " and should not be enclosed in quotes" : " and should be enclosed in quotes");
        }
        if (isQuoted) {
            String text = token.text().substring(1, token.text().length() - 1).replaceAll("\\\\(.)", "$1");
            return type.isId() ? SalesforceId.full(text) : text;
        }
        boolean isFlag = token.text().equalsIgnoreCase("true") || token.text().equalsIgnoreCase("false");
        if (type == FieldType.BOOLEAN && isFlag) {
            return Boolean.valueOf(token.text());
        }
        if (type.isNumber() && token.text().matches("-?\\d+(\\.\\d+)?")) {
            return new BigDecimal(token.text());
        }
        if (type == FieldType.DATETIME && token.text().contains("T")) {
            return Stamps.ofLiteral(token.text()).orElseThrow(() -> SoqlTokens.unexpected(token));
        }
        if (type == FieldType.DATE && token.text().matches("\\d{4}-\\d\\d-\\d\\d")
                || type == FieldType.TIME && token.text().endsWith("Z") && !token.text().contains("T")) {
            return token.text();
        }
        throw wrongType(field, "");
    }

    private static Refused wrongType(Field field, String what) {
        String type = field.type() == FieldType.DATETIME ? "dateTime" : field.type().isId() ? "ID" : field.type().word();
        return new Refused(400, "INVALID_FIELD", "value of filter criterion for field '" + field.name() + "' must be of type "
                + type + what);
    }

    private List<Soql.Order> order() {
        List<Soql.Order> order = new ArrayList<>();
        do {
            Field field = field(tokens.word());
            if (!field.isSortable()) {
                throw new Refused(400, "INVALID_FIELD", "field '" + field.name() + "' can not be sorted in a query call");
            }
            boolean isDescending = tokens.takeIf("DESC");
            if (!isDescending) {
                tokens.takeIf("ASC");
            }
            boolean nullsFirst = tokens.takeIf("NULLS", "FIRST") || !tokens.takeIf("NULLS", "LAST") && !isDescending;
            order.add(new Soql.Order(field, isDescending, nullsFirst));
        } while (tokens.takeIf(","));
        return order;
    }
}
