package dev.serai.trait;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.warehouse.Analysis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a property or trait must be like. A value that is not there meets only what says that something is not so. The
 * operators are Segment's; facts/segment.md section 7.3.
 *
 * @param field    as events name it
 * @param operator as in the file
 * @param value    likewise
 */
record FieldTest(String field, String operator, JsonNode value) {

    private static final Set<String> NEGATIONS = Set.of("notEquals", "noneOf", "notContains");
    private static final Map<String, String> COMPARISONS = Map.of("lessThan", " < ", "atMost", " <= ", "moreThan", " > ",
            "atLeast", " >= ");

    /** @param naming the member that names the field */
    static FieldTest of(JsonNode yaml, String naming) {
        Map.Entry<String, JsonNode> test = yaml.properties().stream().filter(entry -> !entry.getKey().equals(naming))
                .findFirst().orElseThrow();
        return new FieldTest(yaml.get(naming).asText(), test.getKey(), test.getValue());
    }

    static List<FieldTest> all(JsonNode yaml) {
        List<FieldTest> tests = new ArrayList<>();
        yaml.forEach(test -> tests.add(of(test, "property")));
        return tests;
    }

    boolean isNegative() {
        return NEGATIONS.contains(operator) || operator.equals("exists") && !value.asBoolean();
    }

    /** What it is the negation of. */
    FieldTest positive() {
        return switch (operator) {
            case "notEquals" -> new FieldTest(field, "equals", value);
            case "noneOf" -> new FieldTest(field, "anyOf", value);
            case "notContains" -> new FieldTest(field, "contains", value);
            default -> new FieldTest(field, "exists", com.fasterxml.jackson.databind.node.BooleanNode.TRUE);
        };
    }

    /** As a condition on a column, never null. */
    String sql(String column, Analysis sql, Instant now) {
        if (isNegative()) {
            return "NOT " + positive().sql(column, sql, now);
        }
        return "COALESCE(" + plain(column, sql, now) + ", FALSE)";
    }

    /** Where there is no such column. */
    boolean isMetByNothing() {
        return isNegative();
    }

    private String plain(String column, Analysis sql, Instant now) {
        String text = "CAST(" + column + " AS text)";
        if (COMPARISONS.containsKey(operator)) {
            return sql.number(column) + COMPARISONS.get(operator) + value.decimalValue().toPlainString();
        }
        return switch (operator) {
            case "equals" -> equal(column, value, sql);
            case "anyOf" -> "(" + java.util.stream.StreamSupport.stream(value.spliterator(), false)
                    .map(one -> equal(column, one, sql)).collect(Collectors.joining(" OR ")) + ")";
            case "contains" -> "position(" + Analysis.literal(value.asText()) + " IN " + text + ") > 0";
            case "startsWith" -> "left(" + text + ", " + length() + ") = " + Analysis.literal(value.asText());
            case "endsWith" -> "right(" + text + ", " + length() + ") = " + Analysis.literal(value.asText());
            case "exists" -> column + " IS NOT NULL";
            case "before" -> sql.asTime(column) + " < " + sql.time(Instant.parse(value.asText()));
            case "after" -> sql.asTime(column) + " > " + sql.time(Instant.parse(value.asText()));
            case "withinLast" -> sql.asTime(column) + " >= " + sql.time(now.minus(Periods.of(value.asText())));
            case "beforeLast" -> sql.asTime(column) + " < " + sql.time(now.minus(Periods.of(value.asText())));
            default -> throw new IllegalStateException("the schema has no operator " + operator);
        };
    }

    private int length() {
        return value.asText().codePointCount(0, value.asText().length());
    }

    private static String equal(String column, JsonNode value, Analysis sql) {
        return value.isNumber() ? sql.number(column) + " = " + value.decimalValue().toPlainString()
                : "CAST(" + column + " AS text) = " + Analysis.literal(value.asText());
    }
}
