package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The smallest partner there is: Zendesk's list of groups, two to a page, for what is the engine's and not the partner's. */
final class GroupsFake implements Fake {

    final Map<Long, ObjectNode> groups = new ConcurrentSkipListMap<>();
    final AtomicInteger requests = new AtomicInteger();

    void put(long id, String name) {
        groups.put(id, Json.MAPPER.createObjectNode().put("id", id).put("name", name).put("deleted", false)
                .put("updated_at", "2026-05-0" + (1 + id % 9) + "T10:00:00Z"));
    }

    @Override
    public String partner() {
        return "zendesk";
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        requests.incrementAndGet();
        long after = request.parameter("page[after]").map(Long::parseLong).orElse(0L);
        List<Map.Entry<Long, ObjectNode>> rest = groups.entrySet().stream().filter(one -> one.getKey() > after).toList();
        ObjectNode body = Json.MAPPER.createObjectNode();
        var page = body.putArray("groups");
        rest.stream().limit(2).forEach(one -> page.add(one.getValue()));
        ObjectNode meta = body.putObject("meta").put("has_more", rest.size() > 2);
        if (!rest.isEmpty()) {
            meta.put("after_cursor", String.valueOf(rest.get(Math.min(2, rest.size()) - 1).getKey()));
        }
        return SandboxAnswer.json(200, body);
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        int status = switch (fault.kind()) {
            case UNAUTHORIZED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case RATE_LIMIT, RATE_LIMIT_BARE -> 429;
            case EXPIRED_CURSOR -> 400;
            default -> 503;
        };
        return SandboxAnswer.json(status, Json.MAPPER.createObjectNode().put("error", fault.kind().name()));
    }
}
