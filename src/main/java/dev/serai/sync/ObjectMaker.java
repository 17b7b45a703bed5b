package dev.serai.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import dev.serai.partner.Collection;
import dev.serai.partner.Program;
import dev.serai.partner.Sources.ConfiguredSource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes objects of records: with the collection's mapping, or as they are, byte for byte. A record that no object can be
 * made of becomes a dead letter and costs no other.
 */
final class ObjectMaker {

    private static final String STAGE = "sync";
    private static final int MAX_BYTES = 1_900_000;

    private final ConfiguredSource source;
    private final Collection collection;
    private final Program program;
    private final Map<String, JsonNode> variables;
    private final Clock clock;
    private final Consumer<DeadLetter> letters;
    private volatile Instant now = Instant.EPOCH;

    /** @param program the collection's mapping; null for none */
    ObjectMaker(ConfiguredSource source, Collection collection, Program program, Clock clock, Consumer<DeadLetter> letters) {
        this.source = source;
        this.collection = collection;
        this.program = program;
        this.variables = program == null ? Map.of() : with(Program.variables(source), NullNode.getInstance());
        this.clock = clock;
        this.letters = letters;
    }

    /**
     * @param answered the partner's clock, in microseconds since 1970: how new a record is that does not say it itself
     * @param parent   the id of the object it was read with; null for none
     * @param text     fields that are text whatever they look like
     */
    void make(Item item, long answered, String parent, Set<String> text, List<PartnerObject> to) {
        try {
            long said = item.version() != Item.UNKNOWN || collection.version().isEmpty() ? item.version()
                    : Times.micros(item.field(collection.version()));
            long version = said != Item.UNKNOWN ? said : answered;
            boolean isDeleted = item.isDeleted() || isDeleted(item);
            if (program == null) {
                add(item.field(collection.id()), item.bytes(), version, isDeleted, parent, looksLikeTime(item, text), to);
                return;
            }
            JsonNode made = program.run(parent == null ? variables : with(variables, TextNode.valueOf(parent)), item.tree());
            for (JsonNode one : made.isArray() ? made : List.of(made)) {
                if (one instanceof ObjectNode object) {
                    boolean gone = isDeleted | object.path("is_deleted").asBoolean();
                    object.remove("is_deleted");
                    add(object.path("id"), Json.bytes(object), version, gone, parent,
                            looksLikeTime(object, text), to);
                } else if (!one.isNull()) {
                    giveUp(item, "mapping_failed", "the mapping must make objects, an array of them, or null");
                }
            }
        } catch (JsltException e) {
            giveUp(item, "mapping_failed", String.valueOf(e.getMessageWithoutLocation()).replaceFirst("^error: ", ""));
        } catch (Rejected e) {
            giveUp(item, e.code, e.getMessage());
        } catch (JsonProcessingException | RuntimeException e) {
            giveUp(item, "unreadable", "the record cannot be read: " + e.getMessage());
        }
    }

    /** What a mapping sees besides: {@code $parent}, for records that do not say what they belong to; null for none. */
    private static Map<String, JsonNode> with(Map<String, JsonNode> variables, JsonNode parent) {
        Map<String, JsonNode> all = new HashMap<>(variables);
        all.put("parent", parent);
        return all;
    }

    /** A state that says no more than that the object is gone. */
    PartnerObject deleted(String id, long version, String parent) {
        return new PartnerObject(source.name(), collection.table(), id, version, now(), true, family(parent), List.of(),
                null);
    }

    private void add(JsonNode id, byte[] properties, long version, boolean isDeleted, String parent, List<String> text,
            List<PartnerObject> to) throws Rejected {
        if (!id.isValueNode() || id.isNull() || id.asText().isEmpty()) {
            throw new Rejected("no_id", "the record has no '" + (program == null ? collection.id() : "id") + "'");
        }
        if (properties.length > MAX_BYTES) {
            throw new Rejected("too_large", "the object has " + properties.length + " bytes, the limit is " + MAX_BYTES);
        }
        to.add(new PartnerObject(source.name(), collection.table(), id.asText(), version, now(), isDeleted,
                family(parent), text, properties));
    }

    /** Objects of several collections may have children in one table, so a parent is told with its collection. */
    private Optional<String> family(String parent) {
        return parent == null ? Optional.empty() : Optional.of(collection.parent().map(of -> of + "/").orElse("") + parent);
    }

    private boolean isDeleted(Item item) {
        for (Map.Entry<String, Set<String>> when : collection.deletedWhen().entrySet()) {
            JsonNode value = item.field(when.getKey());
            if (value.isValueNode() && when.getValue().contains(value.asText())) {
                return true;
            }
        }
        return false;
    }

    private static List<String> looksLikeTime(Item item, Set<String> text) {
        return text.isEmpty() ? List.of() : looksLikeTime(item.tree(), text);
    }

    private static List<String> looksLikeTime(JsonNode of, Set<String> text) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (String field : text) {
            String value = of.path(field).textValue();
            if (value != null && value.length() >= 10 && Character.isDigit(value.charAt(0))) {
                found.add(field);
            }
        }
        return found;
    }

    /** The same object while it is the same millisecond. */
    private Instant now() {
        long millis = clock.millis();
        if (millis != now.toEpochMilli()) {
            now = Instant.ofEpochMilli(millis);
        }
        return now;
    }

    private void giveUp(Item item, String code, String message) {
        byte[] raw = item.bytes();
        letters.accept(new DeadLetter(STAGE + "-" + UUID.nameUUIDFromBytes(raw), source.name(), STAGE, code,
                collection.name() + ": " + message, clock.instant(), raw));
    }

    private static final class Rejected extends Exception {

        private static final long serialVersionUID = 1L;

        private final String code;

        Rejected(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }
    }
}
