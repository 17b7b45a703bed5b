package dev.serai.sync;

import java.time.Instant;
import java.util.Map;

/**
 * What a partner answered.
 *
 * @param date    the partner's clock
 * @param headers by name as the route left them
 */
record Answer(byte[] body, Instant date, Map<String, Object> headers) {

    String header(String name) {
        Object value = headers.get(name);
        return value == null ? "" : value.toString();
    }
}
