package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import dev.serai.sandbox.zendesk.ZendeskCollection.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The incremental exports. By cursor: a place, after which the rows are. By time: all rows from a second on, so those of
 * the last second come again with the next page, and a second that fills a page is never left. Neither gives what was
 * written within the last minute.
 */
final class Exports {

    static final int MOST = 1000;
    private static final int UNSETTLED_SECONDS = 60;
    private static final List<String> BY_CURSOR = List.of("tickets", "users");
    private static final List<String> BY_TIME = List.of("tickets", "users", "organizations", "ticket_events",
            "ticket_metric_events", "articles");

    private final Desk desk;
    private final DataFaults faults;
    private int pageSize = MOST;

    Exports(Desk desk, DataFaults faults) {
        this.desk = desk;
        this.faults = faults;
    }

    void pageSize(int rows) {
        pageSize = rows;
    }

    /** @param path without version and suffix: {@code /incremental/users/cursor} */
    SandboxAnswer answer(String path, SandboxRequest request, String base) {
        String[] parts = path.replace("/help_center", "").split("/");
        String collection = parts.length > 2 ? parts[2] : "";
        if (parts.length == 4 && parts[3].equals("cursor") && BY_CURSOR.contains(collection)) {
            return byCursor(desk.collection(collection), request, base + path + ".json");
        }
        if (parts.length == 3 && BY_TIME.contains(collection)) {
            return byTime(desk.collection(collection), request, base + path + ".json");
        }
        return ZendeskErrors.noSuchEndpoint();
    }

    private SandboxAnswer byCursor(ZendeskCollection collection, SandboxRequest request, String url) {
        Place from;
        if (request.parameter("cursor").isPresent()) {
            Optional<Place> place = place(request.parameter("cursor").get());
            if (place.isEmpty()) {
                return ZendeskErrors.invalidCursor();
            }
            from = place.get();
        } else {
            Optional<SandboxAnswer> refusal = startTimeRefusal(request);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            from = new Place(startTime(request), Long.MIN_VALUE);
        }
        String rest = rest(request);
        if (faults.strikes(Fault.Kind.EMPTY_PAGE, request.path())) {
            return SandboxAnswer.json(200, cursors(collection, List.of(), from, from, false, url, rest));
        }
        List<ObjectNode> page = page(collection.after(from, settled()), size(request));
        boolean isAll = page.size() <= size(request);
        page = page.subList(0, Math.min(page.size(), size(request)));
        int cut = faults.cut(request.path(), collection, page, Long.MIN_VALUE);
        isAll &= cut == page.size();
        page = page.subList(0, cut);
        Place end = page.isEmpty() ? from : collection.place(page.get(page.size() - 1));
        Place begin = page.isEmpty() ? from : collection.place(page.get(0));
        page = faults.late(request.path(), collection, page, true);
        faults.spoil(request.path(), page);
        return SandboxAnswer.json(200, cursors(collection, rows(collection, page, request), begin, end, isAll, url, rest));
    }

    private static ObjectNode cursors(ZendeskCollection collection, List<ObjectNode> rows, Place begin, Place end,
                                      boolean isAll, String url, String rest) {
        ObjectNode body = Desk.node();
        body.putArray(collection.name()).addAll(rows);
        return body.put("after_url", url + "?cursor=" + cursor(end) + rest).put("after_cursor", cursor(end))
                .put("before_url", url + "?cursor=" + cursor(begin) + rest).put("before_cursor", cursor(begin))
                .put("end_of_stream", isAll);
    }

    private SandboxAnswer byTime(ZendeskCollection collection, SandboxRequest request, String url) {
        Optional<SandboxAnswer> refusal = startTimeRefusal(request);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        long start = startTime(request);
        String rest = rest(request);
        if (faults.strikes(Fault.Kind.EMPTY_PAGE, request.path())) {
            return SandboxAnswer.json(200, times(collection, List.of(), start, false, url, rest));
        }
        List<ObjectNode> page = page(collection.after(new Place(start, Long.MIN_VALUE), settled()), size(request));
        boolean isAll = page.size() <= size(request);
        page = page.subList(0, Math.min(page.size(), size(request)));
        int cut = faults.cut(request.path(), collection, page, start);
        isAll &= cut == page.size();
        page = page.subList(0, cut);
        if (page.isEmpty()) {
            return SandboxAnswer.json(200, times(collection, page, null, true, url, rest));
        }
        long end = collection.place(page.get(page.size() - 1)).second();
        page = faults.late(request.path(), collection, page, false);
        faults.spoil(request.path(), page.stream().filter(row -> collection.place(row).second() > start).toList());
        return SandboxAnswer.json(200, times(collection, rows(collection, page, request), end, isAll, url, rest));
    }

    private static ObjectNode times(ZendeskCollection collection, List<ObjectNode> rows, Long end, boolean isAll, String url,
                                    String rest) {
        ObjectNode body = Desk.node();
        body.putArray(collection.name()).addAll(rows);
        return body.put("count", rows.size()).put("end_time", end)
                .put("next_page", end == null ? null : url + "?start_time=" + end + rest).put("end_of_stream", isAll);
    }

    /** One row more than fits, if there is one. */
    private static List<ObjectNode> page(Iterable<ObjectNode> all, int size) {
        List<ObjectNode> page = new ArrayList<>();
        for (ObjectNode row : all) {
            page.add(row);
            if (page.size() > size) {
                break;
            }
        }
        return page;
    }

    private List<ObjectNode> rows(ZendeskCollection collection, List<ObjectNode> page, SandboxRequest request) {
        boolean isWithoutDeleted = request.parameter("exclude_deleted").orElse("").equals("true");
        boolean isWithMetrics = includes(request, "metric_sets");
        boolean isWithComments = includes(request, "comment_events");
        List<ObjectNode> rows = new ArrayList<>(page.size());
        for (ObjectNode row : page) {
            if (collection.name().equals("tickets")) {
                boolean isDeleted = row.path("status").asText().equals("deleted");
                if (!isDeleted || !isWithoutDeleted) {
                    rows.add(isWithMetrics && !isDeleted ? withMetrics(row) : row);
                }
            } else if (collection.name().equals("ticket_events") && !isWithComments) {
                rows.add(withoutComments(row));
            } else {
                rows.add(row);
            }
        }
        return rows;
    }

    private ObjectNode withMetrics(ObjectNode ticket) {
        ObjectNode row = ticket.deepCopy();
        row.set("metric_set", desk.tickets().metric(ticket.path("id").asLong()));
        return row;
    }

    /** Of a comment it says only that there is one. */
    private static ObjectNode withoutComments(ObjectNode event) {
        ObjectNode row = event.deepCopy();
        ArrayNode parts = row.putArray("child_events");
        event.path("child_events").forEach(part -> {
            if (part.path("event_type").asText().equals("Comment")) {
                parts.addObject().put("id", part.path("id").asLong()).put("via", "Web form").putNull("via_reference_id")
                        .put("event_type", "Comment").put("comment_present", true)
                        .put("comment_public", part.path("public").asBoolean());
            } else {
                parts.add(part);
            }
        });
        return row;
    }

    static boolean includes(SandboxRequest request, String what) {
        return List.of(request.parameter("include").orElse("").split(",")).contains(what);
    }

    private Optional<SandboxAnswer> startTimeRefusal(SandboxRequest request) {
        String start = request.parameter("start_time").orElse("");
        if (!start.matches("-?[0-9]{1,15}")) {
            return Optional.of(ZendeskErrors.error(400, "InvalidValue", "start_time is required, in seconds since 1970"));
        }
        return startTime(request) <= settled() ? Optional.empty() : Optional.of(ZendeskErrors.error(400,
                "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 60 seconds"));
    }

    private static long startTime(SandboxRequest request) {
        return Long.parseLong(request.parameter("start_time").orElseThrow());
    }

    private long settled() {
        return desk.now().getEpochSecond() - UNSETTLED_SECONDS;
    }

    private int size(SandboxRequest request) {
        String wanted = request.parameter("per_page").orElse("");
        int size = wanted.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(wanted) : pageSize;
        return Math.min(size, pageSize);
    }

    /** What a client's parameters say besides where to begin; the next page's address has them too. */
    private static String rest(SandboxRequest request) {
        StringBuilder rest = new StringBuilder();
        for (String name : List.of("per_page", "include", "exclude_deleted")) {
            request.parameter(name).ifPresent(value -> rest.append('&').append(name).append('=').append(value));
        }
        return rest.toString();
    }

    static String cursor(Place place) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString((place.second() + ".0||" + place.order()).getBytes(StandardCharsets.UTF_8));
    }

    static Optional<Place> place(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\.0\\|\\|");
            return Optional.of(new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
