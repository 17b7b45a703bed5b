package dev.serai.trait;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which events are meant.
 *
 * @param table of Segment's fixed ones: {@code tracks}, {@code pages} or {@code screens}
 * @param name  of the event or the page; {@code *} for any page
 */
record EventName(String table, String name) {

    static final String ANY = "*";

    static EventName of(JsonNode yaml) {
        return yaml.isTextual() ? new EventName("tracks", yaml.textValue())
                : yaml.has("page") ? new EventName("pages", yaml.get("page").asText())
                : new EventName("screens", yaml.get("screen").asText());
    }

    boolean isTrack() {
        return table.equals("tracks");
    }
}
