package dev.serai.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The one JSON configuration of the hub. What comes from outside is bounded by bytes before it gets here, so the
 * parser's own limits only keep one hostile event from costing more than its size: depth and the length of a number.
 */
public final class Json {

    /** Levels of arrays and objects in a request; one event may have far fewer, see {@link #MAX_EVENT_DEPTH}. */
    public static final int MAX_REQUEST_DEPTH = 20_000;

    /** Levels within one event: everything behind the door may recurse over an event. */
    public static final int MAX_EVENT_DEPTH = 100;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_REQUEST_DEPTH)
                    .maxNumberLength(64 * 1024)
                    .build())
            // a hostile client must not fill the canonicalising table with names that occur once
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Numbers with a fraction keep all their digits: an event must leave the hub as it came. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Of a text that holds one value and nothing behind it. */
    public static final ObjectReader ONE_VALUE = MAPPER.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {
    }
}
