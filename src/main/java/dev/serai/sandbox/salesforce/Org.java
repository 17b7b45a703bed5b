package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One customer's Salesforce: the sobjects, their fields and rows, and what users do to them. Every change sets the stamps
 * that the sobject has, in whole seconds. What is deleted goes to the recycle bin if the sobject has one, together with
 * what belongs to it; purged rows leave no trace in the API, which is why {@link #purged} says them.
 *
 * <p>Of the data faults it asks for {@code LATE_ROWS} (the change shows in queries {@link #LATE} after its stamp only) and
 * {@code EQUAL_STAMPS} (the change takes the stamp of the one before it), each with the path {@code /<sobject>}.
 */
public final class Org {

    /** How long after its stamp a late row shows. */
    public static final Duration LATE = Duration.ofSeconds(30);

    /** Whose children are deleted with it, by child and the field that says its parent. */
    private static final Map<String, Map<String, String>> OWNED = Map.of(
            "Account", Map.of("Contact", "AccountId", "Opportunity", "AccountId", "Case", "AccountId", "AccountContactRole",
                    "AccountId"),
            "Opportunity", Map.of("OpportunityLineItem", "OpportunityId", "OpportunityContactRole", "OpportunityId"),
            "OpportunityLineItem", Map.of("OpportunityLineItemSchedule", "OpportunityLineItemId"),
            "Campaign", Map.of("CampaignMember", "CampaignId"),
            "Case", Map.of("CaseComment", "ParentId", "CaseSolution", "CaseId"));

    private final Map<String, SObject> sobjects = SchemaReader.read();
    private final Map<String, Rows> rows = new HashMap<>();
    private final Map<String, Set<String>> purged = new HashMap<>();
    private final Map<String, Long> lastId = new HashMap<>();
    private final Set<String> denied = new HashSet<>();
    private final SandboxClock clock;
    private final Faults faults;
    private Instant lastStamp = Instant.EPOCH;

    Org(SandboxClock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
        sobjects.keySet().forEach(name -> rows.put(name, new HeldRows(clock::instant)));
    }

    /** The sobjects that the API's user may see. */
    public synchronized List<SObject> sobjects() {
        return sobjects.values().stream().filter(sobject -> !denied.contains(sobject.name())).toList();
    }

    public synchronized Optional<SObject> sobject(String name) {
        return sobjects().stream().filter(sobject -> sobject.name().equalsIgnoreCase(name)).findFirst();
    }

    /** Takes the API's user the right to see an sobject: it is then as if there were none. */
    public synchronized void deny(String sobject) {
        denied.add(sobject);
    }

    public synchronized void allow(String sobject) {
        denied.remove(sobject);
    }

    synchronized Rows rows(SObject sobject) {
        return rows.get(sobject.name());
    }

    synchronized void replaceRows(String sobject, Rows other) {
        rows.put(sobject, other);
    }

    /** All rows as they are, by id, those in the recycle bin with {@code IsDeleted}. Not of an org made large. */
    public synchronized Map<String, ObjectNode> current(String sobject) {
        Map<String, ObjectNode> current = new LinkedHashMap<>();
        held(sobject).truth().forEach((id, row) -> current.put(id, row.deepCopy()));
        return current;
    }

    /** The ids of rows that are gone for good. */
    public synchronized Set<String> purged(String sobject) {
        return Set.copyOf(purged.getOrDefault(sobject, Set.of()));
    }

    /** @return the id of the new row */
    public synchronized String create(String sobject, ObjectNode values) {
        SObject type = sobjects.get(sobject);
        ObjectNode row = Json.MAPPER.createObjectNode().put("Id", newId(type));
        if (type.keepsDeleted()) {
            row.put("IsDeleted", false);
        }
        Instant stamp = nextStamp(type);
        String userId = held("User").truth().keySet().stream().findFirst().orElse(SalesforceId.of("005", 1));
        for (String audit : List.of("CreatedDate", "LoginTime")) {
            if (type.has(audit)) {
                row.put(audit, Stamps.text(stamp));
            }
        }
        for (String audit : List.of("CreatedById", "LastModifiedById", "OwnerId")) {
            if (type.has(audit)) {
                row.put(audit, userId);
            }
        }
        return write(type, row, values, stamp);
    }

    public synchronized void update(String sobject, String id, ObjectNode changes) {
        bulkUpdate(sobject, List.of(id), changes);
    }

    /** One transaction: all rows get the same stamp. */
    public synchronized void bulkUpdate(String sobject, Collection<String> ids, ObjectNode changes) {
        SObject type = sobjects.get(sobject);
        Instant stamp = nextStamp(type);
        ids.forEach(id -> write(type, row(sobject, id), changes, stamp));
    }

    /** To the recycle bin, or for good if the sobject has none; what belongs to it goes with it. */
    public synchronized void delete(String sobject, String id) {
        SObject type = sobjects.get(sobject);
        if (!type.keepsDeleted()) {
            purge(sobject, id);
            return;
        }
        update(sobject, id, Json.MAPPER.createObjectNode().put("IsDeleted", true));
        children(sobject, id, false).forEach((child, ids) -> ids.forEach(childId -> delete(child, childId)));
    }

    /** Back from the recycle bin, with what belongs to it. */
    public synchronized void undelete(String sobject, String id) {
        update(sobject, id, Json.MAPPER.createObjectNode().put("IsDeleted", false));
        children(sobject, id, true).forEach((child, ids) -> ids.forEach(childId -> undelete(child, childId)));
    }

    /** For good, with what belongs to it. */
    public synchronized void purge(String sobject, String id) {
        children(sobject, id, true).forEach((child, ids) -> ids.forEach(childId -> purge(child, childId)));
        held(sobject).remove(id);
        purged.computeIfAbsent(sobject, name -> new LinkedHashSet<>()).add(id);
    }

    /** The second goes to the recycle bin and names the first; what referred to it refers to the first. */
    public synchronized void merge(String sobject, String id, String mergedId) {
        for (SObject other : List.copyOf(sobjects.values())) {
            for (Field field : other.fields().values()) {
                if (field.refersTo().equals(sobject) && !other.name().equals(sobject)) {
                    List<String> ids = idsWith(other.name(), field.name(), mergedId);
                    bulkUpdate(other.name(), ids, Json.MAPPER.createObjectNode().put(field.name(), id));
                }
            }
        }
        update(sobject, mergedId, Json.MAPPER.createObjectNode().put("IsDeleted", true).put("MasterRecordId", id));
        update(sobject, id, Json.MAPPER.createObjectNode());
    }

    /** A field that was not there: null in all rows that are not written again. */
    public synchronized void addField(String sobject, Field field) {
        sobjects.compute(sobject, (name, type) -> type.with(field));
    }

    public synchronized void removeField(String sobject, String field) {
        sobjects.compute(sobject, (name, type) -> type.without(field));
    }

    /** As an administrator does it: rows get the new type's values, but no new stamp. */
    public synchronized void changeToText(String sobject, String field) {
        sobjects.compute(sobject, (name, type) -> type.with(type.fields().get(field).as(FieldType.STRING)));
        held(sobject).truth().replaceAll((id, row) -> row.has(field) ? row.deepCopy().put(field, row.get(field).asText())
                : row);
    }

    /** A row as it was made by the seed, with its own stamps. */
    synchronized void seed(String sobject, ObjectNode row) {
        held(sobject).put(row.get("Id").textValue(), row);
    }

    synchronized String newId(SObject sobject) {
        return SalesforceId.of(sobject.keyPrefix(), lastId.merge(sobject.name(), 1L, Long::sum));
    }

    HeldRows held(String sobject) {
        return (HeldRows) rows.get(sobject);
    }

    private ObjectNode row(String sobject, String id) {
        ObjectNode row = held(sobject).truth().get(id);
        if (row == null) {
            throw new IllegalArgumentException("there is no " + sobject + " " + id);
        }
        return row.deepCopy();
    }

    private Instant nextStamp(SObject sobject) {
        if (lastStamp.equals(Instant.EPOCH) || !faults.strikes(Fault.Kind.EQUAL_STAMPS, SalesforceFake.PARTNER, "/"
                + sobject.name())) {
            lastStamp = clock.instant();
        }
        return lastStamp;
    }

    private String write(SObject sobject, ObjectNode row, ObjectNode changes, Instant stamp) {
        changes.properties().forEach(change -> set(row, change.getKey(), change.getValue()));
        if (changes.has("FirstName") || changes.has("LastName")) {
            row.put("Name", (row.path("FirstName").asText() + " " + row.path("LastName").asText()).trim());
        }
        Formulas.compute(sobject, row);
        for (String time : List.of(SObject.STAMP, "LastModifiedDate")) {
            if (sobject.has(time)) {
                row.put(time, Stamps.text(stamp));
            }
        }
        String id = row.get("Id").textValue();
        if (faults.strikes(Fault.Kind.LATE_ROWS, SalesforceFake.PARTNER, "/" + sobject.name())) {
            held(sobject.name()).putLate(id, row, stamp.plus(LATE));
        } else {
            held(sobject.name()).put(id, row);
        }
        return id;
    }

    private static void set(ObjectNode row, String field, JsonNode value) {
        if (value.isNull()) {
            row.remove(field);
        } else {
            row.set(field, value);
        }
    }

    private Map<String, List<String>> children(String sobject, String id, boolean deleted) {
        Map<String, List<String>> children = new LinkedHashMap<>();
        OWNED.getOrDefault(sobject, Map.of()).entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(owned -> {
            Map<String, ObjectNode> all = held(owned.getKey()).truth();
            children.put(owned.getKey(), idsWith(owned.getKey(), owned.getValue(), id).stream()
                    .filter(child -> all.get(child).path("IsDeleted").asBoolean() == deleted).toList());
        });
        return children;
    }

    private List<String> idsWith(String sobject, String field, String value) {
        return held(sobject).truth().entrySet().stream().filter(row -> row.getValue().path(field).asText().equals(value))
                .map(Map.Entry::getKey).toList();
    }
}
