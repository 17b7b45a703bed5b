package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The account behind the fake: all objects, and what can be done to them. Each verb has the consequences that it has at
 * Zendesk, so that the collections agree with one another whatever is done. Tickets have verbs of their own, see
 * {@link Tickets}. One lock, this object's, is around all of it.
 */
public final class Desk {

    static final String HOST = "https://sandbox.zendesk.example";

    /** What a client may not set. */
    private static final Set<String> FIXED = Set.of("id", "url", "created_at", "updated_at", "active", "deleted",
            "deleted_at", "generated_timestamp");

    private final Map<String, ZendeskCollection> collections = new LinkedHashMap<>();
    private final Clock clock;
    private final Tickets tickets;
    private Instant pretended;

    Desk(Clock clock) {
        this.clock = clock;
        // ids of tickets are small, all others are beyond 32 bits
        open("tickets", 1);
        String[] others = {"users", "groups", "organizations", "ticket_events", "ticket_metrics", "ticket_metric_events",
            "ticket_fields", "ticket_forms", "group_memberships", "organization_memberships", "satisfaction_ratings",
            "skips", "audit_logs", "activities", "macros", "sla_policies", "articles", "attachments", "child_events"};
        for (int i = 0; i < others.length; i++) {
            open(others[i], (900L + i) * 1_000_000_000L + 1);
        }
        tickets = new Tickets(this);
    }

    private void open(String name, long firstId) {
        collections.put(name, new ZendeskCollection(name, firstId));
    }

    ZendeskCollection collection(String name) {
        ZendeskCollection collection = collections.get(name);
        if (collection == null) {
            throw new NoSuchElementException("Zendesk's fake has no collection " + name);
        }
        return collection;
    }

    public Tickets tickets() {
        return tickets;
    }

    Instant now() {
        return (pretended != null ? pretended : clock.instant()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Does something as if it were another time: how the account gets its past. */
    synchronized <T> T at(Instant time, Supplier<T> action) {
        Instant before = pretended;
        pretended = time;
        try {
            return action.get();
        } finally {
            pretended = before;
        }
    }

    static ObjectNode node() {
        return Json.MAPPER.createObjectNode();
    }

    /** A new object with id, url and both times, not yet written. */
    ObjectNode blank(String collection) {
        ZendeskCollection in = collection(collection);
        long id = in.nextId();
        return node().put("id", id).put("url", HOST + "/api/v2/" + collection + "/" + id + ".json")
                .put("created_at", now().toString()).put("updated_at", now().toString());
    }

    ObjectNode write(String collection, ObjectNode object) {
        return collection(collection).write(object, now());
    }

    /** @throws NoSuchElementException if there is none */
    ObjectNode get(String collection, long id) {
        ObjectNode object = collection(collection).get(id);
        if (object == null) {
            throw new NoSuchElementException(collection + " " + id);
        }
        return object;
    }

    /** Creates one of users, groups, organizations and memberships. */
    public synchronized ObjectNode create(String collection, ObjectNode fields) {
        ObjectNode object = blank(collection);
        switch (collection) {
            case "users" -> Blanks.user(object);
            case "groups" -> object.put("deleted", false).put("description", "").put("is_public", true);
            case "organizations" -> Blanks.organization(object);
            case "group_memberships", "organization_memberships" -> object.put("default", false);
            default -> { }
        }
        copy(fields, object);
        if (collection.equals("organization_memberships")) {
            ObjectNode organization = get("organizations", object.path("organization_id").asLong());
            object.put("organization_name", organization.path("name").asText());
        }
        write(collection, object);
        if (collection.equals("users") && object.hasNonNull("organization_id")) {
            create("organization_memberships", node().put("user_id", object.path("id").asLong())
                    .put("organization_id", object.path("organization_id").asLong()).put("default", true));
        }
        return object;
    }

    /** Changes fields; those that hold other fields, as {@code user_fields}, are changed field by field. */
    public synchronized ObjectNode update(String collection, long id, ObjectNode fields) {
        ObjectNode object = get(collection, id);
        copy(fields, object);
        object.put("updated_at", now().toString());
        return write(collection, object);
    }

    /** In the manner of each collection: users and groups stay and say so, organizations only in the export, others go. */
    public synchronized void delete(String collection, long id) {
        ObjectNode object = get(collection, id);
        switch (collection) {
            case "users" -> {
                object.put("active", false).put("updated_at", now().toString());
                write(collection, object);
                collection(collection).unlist(id);
                removeWhere("group_memberships", "user_id", id);
                removeWhere("organization_memberships", "user_id", id);
            }
            case "groups" -> {
                object.put("deleted", true).put("updated_at", now().toString());
                write(collection, object);
                removeWhere("group_memberships", "group_id", id);
            }
            case "organizations" -> {
                object.put("deleted_at", now().toString()).put("updated_at", now().toString());
                write(collection, object);
                collection(collection).unlist(id);
                removeWhere("organization_memberships", "organization_id", id);
            }
            default -> collection(collection).remove(id);
        }
    }

    private void removeWhere(String collection, String field, long value) {
        ZendeskCollection in = collection(collection);
        in.all().stream().filter(one -> one.path(field).asLong() == value).map(one -> one.path("id").asLong()).toList()
                .forEach(in::remove);
    }

    static void copy(ObjectNode from, ObjectNode to) {
        from.fields().forEachRemaining(field -> {
            JsonNode old = to.get(field.getKey());
            if (FIXED.contains(field.getKey())) {
                return;
            }
            if (old instanceof ObjectNode inside && field.getValue() instanceof ObjectNode more) {
                inside.setAll(more);
            } else {
                to.set(field.getKey(), field.getValue());
            }
        });
    }

    /** The truth of one of the tables, by id; what was deleted has {@code is_deleted}. See {@link Truth}. */
    public synchronized Map<String, ObjectNode> current(String table) {
        return new Truth(this).of(table);
    }
}
