package dev.serai.trait;

import java.util.List;
import java.util.Map;

/**
 * A person, as resolved.
 *
 * @param id          the profile's, which does not change while there is one
 * @param identifiers each with {@code kind}, {@code value} and {@code seen}, when it was seen first
 * @param traits      by source, the newest values
 * @param audiences   those that the person is in
 * @param events      the newest first, with {@code source, call, name, at, message_id}
 */
public record Profile(String id, List<Map<String, Object>> identifiers, Map<String, Map<String, Object>> traits, List<String> audiences,
                      List<Map<String, Object>> events) { }
