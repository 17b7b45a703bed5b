package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** POST, PUT and DELETE of tickets, users, organizations, groups and memberships, with the refusals of bad fields. */
final class Writes {

    private static final List<String> COLLECTIONS = List.of("tickets", "users", "organizations", "groups",
            "group_memberships", "organization_memberships");

    private final Desk desk;

    Writes(Desk desk) {
        this.desk = desk;
    }

    /** @throws NoSuchElementException if it is of an object that does not exist */
    SandboxAnswer answer(String path, SandboxRequest request) {
        String[] parts = path.substring(1).split("/");
        String collection = parts[0];
        String id = parts.length > 1 ? parts[1] : "";
        if (collection.equals("deleted_tickets") && id.matches("[0-9]{1,18}")) {
            return deletedTicket(Long.parseLong(id), parts.length > 2 ? parts[2] : "", request.method());
        }
        if (!COLLECTIONS.contains(collection) || parts.length > 2) {
            return ZendeskErrors.noSuchEndpoint();
        }
        if (request.method().equals("DELETE") && id.matches("[0-9]{1,18}")) {
            return delete(collection, Long.parseLong(id));
        }
        JsonNode fields;
        try {
            fields = Json.MAPPER.readTree(request.body()).path(Reads.singular(collection));
        } catch (JacksonException e) {
            return ZendeskErrors.error(400, "Unprocessable", "the body is not JSON");
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        if (!(fields instanceof ObjectNode object)) {
            return ZendeskErrors.error(422, "ParameterMissing", "Parameter " + Reads.singular(collection) + " is required");
        }
        if (request.method().equals("POST") && id.isEmpty()) {
            return create(collection, object);
        }
        if (request.method().equals("POST") && id.equals("create_or_update")) {
            return createOrUpdate(collection, object);
        }
        if (request.method().equals("PUT") && id.matches("[0-9]{1,18}")) {
            return update(collection, Long.parseLong(id), object);
        }
        return ZendeskErrors.noSuchEndpoint();
    }

    private SandboxAnswer create(String collection, ObjectNode fields) {
        Optional<SandboxAnswer> refusal = refusal(collection, fields);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (collection.equals("tickets")) {
            ObjectNode ticket = desk.tickets().create(withRequester(fields), me());
            ObjectNode body = Desk.node();
            body.set("ticket", ticket);
            body.set("audit", Reads.audit(lastEvent(ticket)));
            return SandboxAnswer.json(201, body).with("Location", ticket.path("url").asText());
        }
        ObjectNode object = desk.create(collection, fields);
        return new SandboxAnswer(201, java.util.Map.of("Content-Type", "application/json;charset=utf-8", "Location",
                object.path("url").asText()), Reads.one(Reads.singular(collection), object).body());
    }

    private SandboxAnswer createOrUpdate(String collection, ObjectNode fields) {
        for (String key : List.of("id", "external_id", "email")) {
            if (fields.hasNonNull(key)) {
                Optional<ObjectNode> known = desk.collection(collection).listed().stream()
                        .filter(one -> one.path(key).asText().equalsIgnoreCase(fields.path(key).asText())).findFirst();
                if (known.isPresent()) {
                    return update(collection, known.get().path("id").asLong(), fields);
                }
            }
        }
        return create(collection, fields);
    }

    private SandboxAnswer update(String collection, long id, ObjectNode fields) {
        if (!collection.equals("tickets")) {
            return Reads.one(Reads.singular(collection), desk.update(collection, id, fields));
        }
        ObjectNode ticket = desk.tickets().get(id);
        if (ticket.path("status").asText().equals("closed")) {
            return ZendeskErrors.invalid("status", "ClosedTicket", "Status: closed prevents ticket update");
        }
        if (fields.path("safe_update").asBoolean()
                && !fields.path("updated_stamp").asText().equals(ticket.path("updated_at").asText())) {
            return ZendeskErrors.error(409, "UpdateConflict", "Safe Update prevented the update due to outdated ticket data");
        }
        desk.tickets().update(id, withRequester(fields), me());
        ObjectNode body = Desk.node();
        body.set("ticket", ticket);
        body.set("audit", Reads.audit(lastEvent(ticket)));
        return SandboxAnswer.json(200, body);
    }

    private SandboxAnswer delete(String collection, long id) {
        if (collection.equals("tickets")) {
            desk.tickets().delete(id, me());
            return nothing();
        }
        if (collection.equals("users") && !desk.get(collection, id).path("active").asBoolean()) {
            throw new NoSuchElementException("users " + id);
        }
        desk.get(collection, id);
        desk.delete(collection, id);
        return collection.equals("users") ? Reads.one("user", desk.get(collection, id)) : nothing();
    }

    private SandboxAnswer deletedTicket(long id, String verb, String method) {
        if (method.equals("PUT") && verb.equals("restore")) {
            desk.tickets().restore(id);
            return SandboxAnswer.json(200, Desk.node());
        }
        if (method.equals("DELETE") && verb.isEmpty()) {
            desk.tickets().scrub(id);
            return Reads.one("job_status", Desk.node().put("id", "scrub-" + id).put("status", "completed").put("total", 1)
                    .put("progress", 1));
        }
        return ZendeskErrors.noSuchEndpoint();
    }

    private Optional<SandboxAnswer> refusal(String collection, ObjectNode fields) {
        if (collection.equals("tickets")) {
            boolean isSaid = fields.path("comment").isObject() || fields.has("description");
            return isSaid ? Optional.empty()
                    : Optional.of(ZendeskErrors.invalid("base", "BlankValue", "Description: cannot be blank"));
        }
        if (collection.endsWith("memberships")) {
            String other = collection.startsWith("group") ? "group" : "organization";
            desk.get("users", fields.path("user_id").asLong());
            desk.get(other + "s", fields.path(other + "_id").asLong());
            return Optional.empty();
        }
        if (fields.path("name").asText("").isBlank()) {
            return Optional.of(ZendeskErrors.invalid("name", "BlankValue", "Name: cannot be blank"));
        }
        String unique = collection.equals("users") ? "email" : "name";
        boolean isTaken = !collection.equals("groups") && fields.hasNonNull(unique)
                && desk.collection(collection).listed().stream()
                .anyMatch(one -> one.path(unique).asText().equalsIgnoreCase(fields.path(unique).asText()));
        return isTaken ? Optional.of(ZendeskErrors.invalid(unique, "DuplicateValue", fields.path(unique).asText()
                + " is already being used")) : Optional.empty();
    }

    /** A requester may be given by name and e-mail address; who is not known becomes a user. */
    private ObjectNode withRequester(ObjectNode fields) {
        JsonNode requester = fields.path("requester");
        if (!requester.isObject() || fields.hasNonNull("requester_id")) {
            return fields;
        }
        ObjectNode known = desk.collection("users").listed().stream()
                .filter(user -> user.path("email").asText().equalsIgnoreCase(requester.path("email").asText())).findFirst()
                .orElseGet(() -> desk.create("users", Desk.node().put("name", requester.path("name").asText())
                        .put("email", requester.path("email").asText())));
        return fields.deepCopy().put("requester_id", known.path("id").asLong());
    }

    private ObjectNode lastEvent(ObjectNode ticket) {
        ObjectNode last = null;
        for (ObjectNode event : desk.collection("ticket_events").all()) {
            if (event.path("ticket_id").asLong() == ticket.path("id").asLong()) {
                last = event;
            }
        }
        return last;
    }

    private long me() {
        return desk.collection("users").listed().stream().filter(user -> user.path("email").asText().equals(ZendeskFake.AGENT))
                .findFirst().orElseThrow().path("id").asLong();
    }

    private static SandboxAnswer nothing() {
        return new SandboxAnswer(204, java.util.Map.of(), new byte[0]);
    }
}
