package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What users do all day, by chance: the same changes for the same seed on the same org. */
final class Mutations {

    private static final Set<String> SYSTEM = Set.of("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
            SObject.STAMP, "LoginTime");
    private static final Set<String> MERGED = Set.of("Account", "Contact", "Lead");
    private static final int OF_TWENTY = 20;

    private final Org org;
    private final Values values;

    Mutations(Org org, Values values) {
        this.org = org;
        this.values = values;
    }

    /** @return what was done, for whoever looks for a reason */
    String mutate(SObject sobject, Random random) {
        String name = sobject.name();
        List<String> alive = ids(name, false);
        List<String> deleted = ids(name, true);
        int chance = random.nextInt(OF_TWENTY);
        if (sobject.isFixed() && (sobject.cursor().isEmpty() || sobject.has(SObject.STAMP)
                || sobject.has("LastModifiedDate"))) {
            return alive.isEmpty() ? "nothing" : update(sobject, Values.pick(alive, random), random);
        }
        if (sobject.isFixed() || alive.size() < 2 || chance < 5) {
            return "create " + name + " " + org.create(name, filled(sobject, random));
        }
        if (chance < 11) {
            return update(sobject, Values.pick(alive, random), random);
        } else if (chance < 13) {
            List<String> some = alive.stream().filter(id -> random.nextBoolean()).toList();
            org.bulkUpdate(name, some, changes(sobject, random));
            return "bulk update of " + some.size() + " " + name;
        } else if (chance < 16) {
            String id = Values.pick(alive, random);
            org.delete(name, id);
            return "delete " + name + " " + id;
        } else if (chance < 17 && MERGED.contains(name)) {
            org.merge(name, alive.get(0), alive.get(1));
            return "merge " + name + " " + alive.get(1) + " into " + alive.get(0);
        } else if (deleted.isEmpty()) {
            return update(sobject, Values.pick(alive, random), random);
        }
        String id = Values.pick(deleted, random);
        if (chance < 18) {
            org.undelete(name, id);
            return "undelete " + name + " " + id;
        }
        org.purge(name, id);
        return "purge " + name + " " + id;
    }

    private String update(SObject sobject, String id, Random random) {
        org.update(sobject.name(), id, changes(sobject, random));
        return "update " + sobject.name() + " " + id;
    }

    private List<String> ids(String sobject, boolean deleted) {
        return org.held(sobject).truth().entrySet().stream()
                .filter(row -> row.getValue().path("IsDeleted").asBoolean() == deleted).map(Map.Entry::getKey).toList();
    }

    /** Up to three fields anew, one of them perhaps to null. */
    private ObjectNode changes(SObject sobject, Random random) {
        List<Field> fields = new ArrayList<>(sobject.fields().values().stream().filter(Mutations::isWritable).toList());
        ObjectNode changes = Json.MAPPER.createObjectNode();
        for (int change = 0; change <= random.nextInt(3) && !fields.isEmpty(); change++) {
            Field field = Values.pick(fields, random);
            JsonNode value = value(field, random);
            if (value != null || !field.isRequired()) {
                changes.set(field.name(), field.isRequired() || random.nextInt(5) > 0 ? value : null);
            }
        }
        return changes;
    }

    private ObjectNode filled(SObject sobject, Random random) {
        ObjectNode row = Json.MAPPER.createObjectNode();
        fill(sobject, row, random, false);
        return row;
    }

    /** Gives the fields that have no value one: all that need it, and most of the others, or all. */
    void fill(SObject sobject, ObjectNode row, Random random, boolean all) {
        for (Field field : sobject.fields().values()) {
            if (!row.has(field.name()) && isWritable(field) && (all || field.isRequired() || random.nextInt(4) > 0)) {
                JsonNode value = value(field, random);
                if (value != null) {
                    row.set(field.name(), value);
                }
            }
        }
    }

    private JsonNode value(Field field, Random random) {
        if (field.type() != FieldType.REFERENCE) {
            return values.of(field, random);
        }
        return org.held(field.refersTo()).anyId(random).map(TextNode::valueOf).orElse(null);
    }

    private static boolean isWritable(Field field) {
        return !field.isFormula() && !field.type().isCompound() && field.type() != FieldType.ID
                && field.type() != FieldType.BASE64 && !field.name().equals("IsDeleted")
                && !field.name().equals("MasterRecordId") && !SYSTEM.contains(field.name());
    }
}
