package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What WHERE asks of a row. A row is a function from a field's name to its value; what it has not is null. */
sealed interface Condition {

    boolean holds(Function<String, JsonNode> row);

    record And(List<Condition> all) implements Condition {
        @Override
        public boolean holds(Function<String, JsonNode> row) {
            return all.stream().allMatch(one -> one.holds(row));
        }
    }

    record Or(List<Condition> any) implements Condition {
        @Override
        public boolean holds(Function<String, JsonNode> row) {
            return any.stream().anyMatch(one -> one.holds(row));
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(Function<String, JsonNode> row) {
            return !condition.holds(row);
        }
    }

    enum Operator { EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, IN, NOT_IN, LIKE }

    /**
     * One field compared.
     *
     * @param values text in the rows' own form, {@link BigDecimal} or {@link Boolean}; null in it is NULL
     */
    record Compare(Field field, Operator operator, List<Object> values) implements Condition {
        @Override
        public boolean holds(Function<String, JsonNode> row) {
            JsonNode value = row.apply(field.name());
            boolean isNull = value == null || value.isNull();
            Object first = values.isEmpty() ? null : values.get(0);
            return switch (operator) {
                case EQUAL -> equal(value, isNull, first);
                case UNEQUAL -> !equal(value, isNull, first);
                case IN -> values.stream().anyMatch(one -> equal(value, isNull, one));
                case NOT_IN -> values.stream().noneMatch(one -> equal(value, isNull, one));
                case LIKE -> !isNull && like(value.asText(), first.toString());
                case LESS -> !isNull && first != null && order(field, value, first) < 0;
                case LESS_EQUAL -> !isNull && first != null && order(field, value, first) <= 0;
                case GREATER -> !isNull && first != null && order(field, value, first) > 0;
                case GREATER_EQUAL -> !isNull && first != null && order(field, value, first) >= 0;
            };
        }

        private boolean equal(JsonNode value, boolean isNull, Object literal) {
            return isNull || literal == null ? isNull && literal == null : order(field, value, literal) == 0;
        }
    }

    /** Text without regard to case, but ids and times as they are. */
    private static int order(Field field, JsonNode value, Object literal) {
        if (literal instanceof BigDecimal number) {
            return value.decimalValue().compareTo(number);
        }
        if (literal instanceof Boolean flag) {
            return Boolean.compare(value.asBoolean(), flag);
        }
        return isByCode(field) ? value.asText().compareTo((String) literal)
                : value.asText().compareToIgnoreCase((String) literal);
    }

    static int order(Field field, JsonNode one, JsonNode other) {
        if (field.type().isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return isByCode(field) ? one.asText().compareTo(other.asText()) : one.asText().compareToIgnoreCase(other.asText());
    }

    private static boolean isByCode(Field field) {
        return field.type().isId() || !field.type().isText();
    }

    private static boolean like(String text, String pattern) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
            regex.append(c == '%' ? ".*" : c == '_' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return text.toLowerCase(Locale.ROOT).matches("(?s)" + regex);
    }
}
