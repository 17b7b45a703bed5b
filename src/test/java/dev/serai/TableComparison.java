package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.warehouse.SnakeCase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a table with the partner's truth, row by row and field by field, and says where they differ. */
final class TableComparison {

    /** The first of each kind: of a column, of ids. */
    final Map<String, String> differences = new TreeMap<>();
    /** Fields that the mapping takes nowhere, or computes something of. */
    final Set<String> uncompared = new TreeSet<>();
    final Set<String> compared = new TreeSet<>();
    private final String name;
    private final ObjectTablesHub.Table table;
    private final MappedFields fields;

    TableComparison(String name, ObjectTablesHub.Table table, MappedFields fields) {
        this.name = name;
        this.table = table;
        this.fields = fields;
    }

    /** @param before ids that the table had before; no row may ever vanish */
    void run(PartnerTruth truth, Set<String> before) {
        Set<String> present = new HashSet<>();
        table.rows().forEach((id, row) -> {
            boolean isDeleted = row.path("is_deleted").asBoolean();
            if (!isDeleted) {
                present.add(id);
            }
            if (!truth.rows().containsKey(id) && !truth.deleted().contains(id) && !truth.unsure().contains(id)) {
                // the partner knows it no more: then it was deleted
                differ(isDeleted, "strangers", id, "is not the partner's");
            }
        });
        before.forEach(id -> differ(table.rows().containsKey(id), "lost", id, "vanished"));
        truth.deleted().forEach(id -> differ(!present.contains(id), "undeleted", id, "should be deleted"));
        truth.rows().forEach((id, row) -> {
            differ(present.contains(id), "absent", id, table.rows().containsKey(id) ? "should not be deleted" : "is missing");
            if (present.contains(id)) {
                compare(id, row, table.rows().get(id));
            }
        });
    }

    private void differ(boolean isRight, String kind, String id, String what) {
        if (!isRight) {
            differences.putIfAbsent(name + " " + kind, id + " " + what);
        }
    }

    private void compare(String id, ObjectNode truth, ObjectNode row) {
        for (Map.Entry<String, JsonNode> field : truth.properties()) {
            if (field.getKey().equalsIgnoreCase("id")) {
                continue;
            }
            List<MappedFields.Target> targets = fields.of(field.getKey());
            if (targets.isEmpty()) {
                // columns may still be called so, as those of a period that the mapping takes apart
                boolean isThere = row.has(SnakeCase.of(field.getKey())) && !field.getValue().isContainerNode();
                uncompared.add(name + "." + field.getKey() + (isThere ? " (computed)" : ""));
            }
            for (MappedFields.Target target : targets) {
                JsonNode value = target.isReference() && field.getValue().isObject() ? field.getValue().path("id")
                        : field.getValue();
                if (!value.isNull() || !target.isFirstChoice()) {
                    compare(id, target.column(), value, row);
                }
            }
        }
    }

    private void compare(String id, String column, JsonNode truth, ObjectNode row) {
        if (truth.isObject() && row.path(column).isMissingNode()) {
            truth.properties().forEach(field -> compare(id, column + "_" + SnakeCase.of(field.getKey()), field.getValue(), row));
            return;
        }
        compared.add(column);
        differ(TableValue.isSame(truth, row.path(column)), column, id,
                "is " + row.path(column) + " and should be " + truth);
    }
}
