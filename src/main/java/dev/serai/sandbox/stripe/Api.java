package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Which request leads where; the answer is a tree, or a {@link Refusal}. */
final class Api {

    /** What can be sent and is no field of what is made of it. */
    private static final Set<String> ONLY_SENT = Set.of("expand", "items", "coupon", "source", "capture", "confirm",
            "proration_behavior", "payment_behavior", "off_session", "return_url", "trial_period_days");

    private final Store store;
    private final Lists lists;
    private final Writes writes;
    private final Deletes deletes;
    private final Clock clock;

    Api(Business business, Faults faults, Clock clock, Random random) {
        this.store = business.store;
        this.lists = new Lists(store, faults, clock);
        this.writes = new Writes(business, random);
        this.deletes = new Deletes(business);
        this.clock = clock;
    }

    ObjectNode answer(SandboxRequest request, boolean newShape) {
        List<String> parts = Arrays.asList(request.path().substring(1).split("/"));
        if (parts.size() < 2 || !parts.get(0).equals("v1")) {
            throw Refusal.noRoute(request.method(), request.path());
        }
        if (request.method().equals("GET") && parts.equals(List.of("v1", "account"))) {
            return Json.MAPPER.createObjectNode().put("id", "acct_sandbox").put("object", "account").put("country", "DE");
        }
        ObjectType type = ObjectType.ofPath(parts.get(1)).orElseThrow(() -> Refusal.noRoute(request.method(), request.path()));
        boolean isGet = request.method().equals("GET");
        if (isGet && parts.size() == 2) {
            return lists.list(type, request, newShape);
        }
        if (isGet && parts.size() == 4) {
            return lists.list(nested(type, parts, request), find(type, parts.get(2)).get("id").textValue(), request, newShape);
        }
        ObjectNode node = isGet ? read(type, parts, request) : write(type, parts, request);
        return show(node, request, newShape);
    }

    private ObjectNode show(ObjectNode node, SandboxRequest request, boolean newShape) {
        ObjectNode shown = node.path("deleted").asBoolean() ? node : store.rendering().render(node);
        Parameters parameters = new Parameters(request);
        List<String> expand = parameters.all("expand");
        if (expand.isEmpty() && !request.method().equals("GET")) {
            List<String> sent = new ArrayList<>();
            Form.parse(request.text()).path("expand").forEach(path -> sent.add(path.asText()));
            expand = sent;
        }
        expand.forEach(path -> store.rendering().expand(shown, path));
        if (newShape) {
            NewShape.apply(shown);
        }
        return shown;
    }

    private ObjectNode read(ObjectType type, List<String> parts, SandboxRequest request) {
        if (parts.size() == 3) {
            boolean isGone = type == ObjectType.CUSTOMER && store.shelf(type).deleted().containsKey(parts.get(2));
            return isGone ? Deletes.gone(type, parts.get(2)) : find(type, parts.get(2));
        }
        if (parts.size() == 5) {
            return child(type, parts, request);
        }
        throw Refusal.noRoute(request.method(), request.path());
    }

    private ObjectNode child(ObjectType type, List<String> parts, SandboxRequest request) {
        Nested nested = nested(type, parts, request);
        find(type, parts.get(2));
        return nested.children.stream().flatMap(of -> store.shelf(of).find(parts.get(4)).stream())
                .filter(node -> node.path(nested.field).asText().equals(parts.get(2))).findFirst()
                .orElseThrow(() -> Refusal.noSuch(404, nested.children.get(0).object, parts.get(4), "id"));
    }

    /** A card or bank account: nothing else within an object can be written by itself. */
    private ObjectNode source(ObjectType type, List<String> parts, SandboxRequest request) {
        if (!nested(type, parts, request).children.contains(ObjectType.CARD)) {
            throw Refusal.noRoute(request.method(), request.path());
        }
        return child(type, parts, request);
    }

    private ObjectNode write(ObjectType type, List<String> parts, SandboxRequest request) {
        ObjectNode form = Form.parse(request.text());
        if (request.method().equals("POST") && parts.size() < 4) {
            refuseUnknown(type, form);
        }
        switch (request.method() + " " + parts.size()) {
            case "POST 2" -> {
                return writes.create(type, form, request.path());
            }
            case "POST 3" -> {
                return writes.update(type, parts.get(2), form);
            }
            case "POST 4" -> {
                Optional<ObjectNode> done = writes.act(type, parts.get(2), parts.get(3), form);
                return done.orElseGet(() -> writes.createNested(nested(type, parts, request), parts.get(2), form));
            }
            case "POST 5" -> {
                ObjectNode child = source(type, parts, request);
                return writes.update(ObjectType.ofObject(child.get("object").asText()).orElseThrow(), parts.get(4), form);
            }
            case "DELETE 3" -> {
                return deletes.delete(type, parts.get(2), request.path());
            }
            case "DELETE 4" -> {
                return deletes.deleteDiscount(find(type, parts.get(2)), parts.get(3), request.path());
            }
            case "DELETE 5" -> {
                ObjectNode child = source(type, parts, request);
                return deletes.deleteSource(ObjectType.ofObject(child.get("object").asText()).orElseThrow(), parts.get(4));
            }
            default -> throw Refusal.noRoute(request.method(), request.path());
        }
    }

    private static void refuseUnknown(ObjectType type, ObjectNode form) {
        ObjectNode shape = Shapes.of(type);
        form.fieldNames().forEachRemaining(name -> {
            if (!shape.has(name) && !ONLY_SENT.contains(name)) {
                throw new Refusal(400, "invalid_request_error", "parameter_unknown", "Received unknown parameter: " + name,
                        name);
            }
        });
    }

    private static Nested nested(ObjectType type, List<String> parts, SandboxRequest request) {
        return Nested.of(type, parts.get(3)).orElseThrow(() -> Refusal.noRoute(request.method(), request.path()));
    }

    private ObjectNode find(ObjectType type, String id) {
        ObjectNode node = store.shelf(type).find(id).orElseThrow(() -> Refusal.noSuch(404, type.object, id, "id"));
        long oldest = clock.instant().minus(Store.EVENTS_ARE_KEPT).getEpochSecond();
        if (type == ObjectType.EVENT && node.get("created").asLong() < oldest) {
            throw Refusal.noSuch(404, type.object, id, "id");
        }
        return node;
    }
}
