package dev.serai.sandbox.salesforce;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What there is to know of an sobject but its rows.
 *
 * @param keyPrefix the first three characters of its ids; empty if it has ids of others
 * @param fields    by name, in the order of the describe
 */
public record SObject(String name, String keyPrefix, Set<String> traits, Map<String, Field> fields) {

    public static final String STAMP = "SystemModstamp";

    public SObject {
        traits = Set.copyOf(traits);
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    boolean keepsDeleted() {
        return traits.contains("deletes");
    }

    boolean allowsBulk() {
        return !traits.contains("nobulk");
    }

    boolean isFixed() {
        return traits.contains("fixed");
    }

    boolean isCustom() {
        return name.endsWith("__c");
    }

    /** The field of this name, in any case. */
    Optional<Field> field(String name) {
        Field exact = fields.get(name);
        return exact != null ? Optional.of(exact)
                : fields.values().stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The field that orders changes best; empty if none does. */
    Optional<String> cursor() {
        return java.util.stream.Stream.of(STAMP, "LastModifiedDate", "CreatedDate", "LoginTime").filter(this::has).findFirst();
    }

    SObject with(Field field) {
        Map<String, Field> more = new LinkedHashMap<>(fields);
        more.put(field.name(), field);
        return new SObject(name, keyPrefix, traits, more);
    }

    SObject without(String field) {
        Map<String, Field> fewer = new LinkedHashMap<>(fields);
        fewer.remove(field);
        return new SObject(name, keyPrefix, traits, fewer);
    }
}
