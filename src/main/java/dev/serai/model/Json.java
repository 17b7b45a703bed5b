package dev.serai.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * The one JSON configuration of the hub. What comes from outside is bounded by bytes before it gets here, so the
 * parser's own limits only keep one hostile event from costing more than its size: depth and the length of a number or a name.
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
                    .maxNameLength(64 * 1024)
                    .build())
            // a hostile client must not fill the canonicalising table with names that occur once
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Numbers with a fraction keep all their digits: an event must leave the hub as it came. */
    public static final ObjectMapper MAPPER = new JsonMapper.Builder(new Mapper())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /**
     * Finds where values begin and end, without a limit on the length of a number or a name: of one item that has such a
     * thing the others in its batch must be found. What is found is read with {@link #MAPPER}, one by one.
     */
    public static final JsonFactory SCANNER = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_REQUEST_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final ObjectWriter ESCAPING = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    /** One to whom a number that no Java number can hold is an unreadable text, and not a programming error. */
    private static final class Mapper extends JsonMapper {

        Mapper() {
            super(FACTORY);
        }

        @Override
        protected JsonNode _readTreeAndClose(JsonParser parser) throws IOException {
            try {
                return super._readTreeAndClose(parser);
            } catch (NumberFormatException e) {
                // said without the number, which may be somebody's data
                throw new JsonParseException(null, "a number is out of range");
            }
        }
    }

    private Json() {
    }

    /**
     * The tree as UTF-8. Half of a surrogate pair, which comes of cutting a text in the middle of an emoji, cannot be
     * written as that; it stays the escape that it came as.
     */
    public static byte[] bytes(JsonNode tree) throws JsonProcessingException {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            return ESCAPING.writeValueAsBytes(tree);
        }
    }

    /** Whether a text is one value and nothing else. */
    public static boolean isOneValue(String text) {
        try (JsonParser parser = SCANNER.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            // a scalar is read lazily; only then is its end known
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether objects and arrays are nested deeper than so many levels. */
    public static boolean isDeeper(JsonNode tree, int levels) {
        if (!tree.isContainerNode()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode inner : tree) {
            if (isDeeper(inner, levels - 1)) {
                return true;
            }
        }
        return false;
    }
}
