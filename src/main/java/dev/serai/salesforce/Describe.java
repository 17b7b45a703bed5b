package dev.serai.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Salesforce says of one sobject, as far as a sync needs it: which fields to ask for and of what kind they are.
 * {@code nillable} and the like are not used, they cannot be trusted. A describe holds for one run: fields appear and
 * change their types at any time.
 *
 * @param fields those to ask for, in the order of the describe
 */
public record Describe(String name, boolean isQueryable, List<Field> fields) {

    /** From the best field to order changes by to the worst. */
    private static final List<String> CURSORS = List.of("SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime");

    /** Of the 16,384 characters that an address may have, the rest is for the condition and the path. */
    private static final int MAX_ADDRESS = 14_000;

    public Describe {
        fields = List.copyOf(fields);
    }

    /**
     * @param precision all digits of a number, {@code scale} of them behind the point; 0 of others
     * @param isFormula whether it may change without a new stamp
     */
    public record Field(String name, FieldKind kind, int precision, int scale, boolean isCustom, boolean isFormula) {
    }

    /** @throws IOException if it is no describe */
    public static Describe read(InputStream json) throws IOException {
        return of(Json.MAPPER.readTree(json));
    }

    static Describe of(JsonNode json) throws IOException {
        if (!json.path("fields").isArray() || !json.path("name").isTextual()) {
            throw new IOException("the answer is no describe: it has no name or no fields");
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        for (JsonNode field : json.path("fields")) {
            FieldKind kind = FieldKind.of(field.path("type").asText());
            if (kind != FieldKind.SKIPPED) {
                fields.put(field.path("name").asText(), new Field(field.path("name").asText(), kind,
                        field.path("precision").asInt(), field.path("scale").asInt(), field.path("custom").asBoolean(),
                        field.path("calculated").asBoolean()));
            }
        }
        return new Describe(json.path("name").asText(), json.path("queryable").asBoolean(), List.copyOf(fields.values()));
    }

    public Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    public boolean has(String field) {
        return field(field).isPresent();
    }

    /** The field that orders changes; empty if the sobject must be read as a whole each time. */
    public Optional<String> cursor() {
        return CURSORS.stream().filter(this::has).findFirst();
    }

    /** Whether deleted rows can be told with queryAll. */
    public boolean keepsDeleted() {
        return has("IsDeleted");
    }

    /** The fields whose values are text, however much they look like something else. */
    public List<String> textFields() {
        return fields.stream().filter(field -> field.kind() == FieldKind.TEXT || field.kind() == FieldKind.TIME)
                .map(Field::name).toList();
    }

    /** {@code SELECT ... FROM ...} with all fields; conditions are to follow. */
    public String select() {
        return "SELECT " + String.join(", ", names().toList()) + " FROM " + name;
    }

    /** Whether a query for all fields is longer than an address may be. */
    public boolean isWide() {
        return URLEncoder.encode(select(), StandardCharsets.UTF_8).length() > MAX_ADDRESS;
    }

    private Stream<String> names() {
        return fields.stream().map(Field::name);
    }
}
