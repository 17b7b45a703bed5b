package dev.serai.plan;

/**
 * How an event breaks its spec.
 *
 * @param kind    {@code required}, {@code type}, {@code enum}, {@code pattern}, ...: JSON Schema's word; or
 *                {@code unplanned_property}
 * @param field   JSON pointer into the event: what is wrong, or missing
 * @param message in words, without the value
 */
public record Violation(String kind, String field, String message) { }
