package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages of lists. With {@code page[size]} by cursor, which is the last row's key, so that rows which come or go in between
 * neither move others nor repeat them; else by number, as far as the hundredth page.
 */
final class Lists {

    private static final int MOST = 100;
    private static final int LAST_PAGE = 100;

    private final DataFaults faults;

    Lists(DataFaults faults) {
        this.faults = faults;
    }

    /**
     * @param rows   in order of their keys: ids or names
     * @param isDown whether the greatest key comes first
     */
    SandboxAnswer answer(String key, List<ObjectNode> rows, boolean isDown, SandboxRequest request, String url) {
        boolean isByCursor = request.query().keySet().stream().anyMatch(name -> name.startsWith("page["));
        return isByCursor ? byCursor(key, rows, isDown, request, url) : byNumber(key, rows, request, url);
    }

    private SandboxAnswer byCursor(String key, List<ObjectNode> rows, boolean isDown, SandboxRequest request, String url) {
        Optional<Integer> size = number(request, "page[size]", MOST);
        if (size.isEmpty() || size.get() > MOST) {
            return ZendeskErrors.paging("InvalidPaginationParameter", "Invalid pagination parameter",
                    "page[size] must be an integer from 1 to " + MOST);
        }
        int begin = 0;
        if (request.parameter("page[after]").isPresent()) {
            Optional<String> after = key(request.parameter("page[after]").get());
            if (after.isEmpty()) {
                return ZendeskErrors.invalidCursor();
            }
            begin = behind(after.get(), rows, isDown);
        }
        int end = Math.min(rows.size(), begin + size.get());
        List<ObjectNode> page = rows.subList(begin, end);
        ObjectNode body = body(key, page, request);
        boolean hasMore = end < rows.size();
        String first = page.isEmpty() ? null : cursor(page.get(0));
        String last = page.isEmpty() ? null : cursor(page.get(page.size() - 1));
        body.putObject("meta").put("has_more", hasMore).put("after_cursor", last).put("before_cursor", first);
        body.putObject("links").put("prev", (String) null).put("next", hasMore
                ? url + "?" + query(request, "page[after]") + "page%5Bafter%5D=" + last : null);
        return SandboxAnswer.json(200, body);
    }

    private SandboxAnswer byNumber(String key, List<ObjectNode> rows, SandboxRequest request, String url) {
        int size = Math.min(MOST, number(request, "per_page", MOST).orElse(MOST));
        int page = number(request, "page", 1).orElse(1);
        if (page > LAST_PAGE) {
            return ZendeskErrors.paging("InvalidPaginationDepth", "Pagination limit reached for offset model",
                    "There are " + LAST_PAGE + " pages at most, use cursors to get beyond");
        }
        int begin = Math.min(rows.size(), (page - 1) * size);
        int end = Math.min(rows.size(), begin + size);
        String rest = url + "?" + query(request, "page");
        ObjectNode body = body(key, rows.subList(begin, end), request);
        body.put("next_page", end < rows.size() ? rest + "page=" + (page + 1) : null)
                .put("previous_page", page > 1 ? rest + "page=" + (page - 1) : null).put("count", rows.size());
        return SandboxAnswer.json(200, body);
    }

    private ObjectNode body(String key, List<ObjectNode> page, SandboxRequest request) {
        faults.spoil(request.path(), page);
        ObjectNode body = Desk.node();
        body.putArray(key).addAll(faults.order(request.path(), page));
        return body;
    }

    private static int behind(String key, List<ObjectNode> rows, boolean isDown) {
        int i = 0;
        while (i < rows.size() && (isDown ? compare(key(rows.get(i)), key) >= 0 : compare(key(rows.get(i)), key) <= 0)) {
            i++;
        }
        return i;
    }

    private static int compare(String one, String other) {
        boolean isNumber = one.matches("[0-9]+") && other.matches("[0-9]+");
        return isNumber ? Long.compare(Long.parseLong(one), Long.parseLong(other)) : one.compareTo(other);
    }

    private static String key(JsonNode row) {
        return row.has("id") ? row.path("id").asText() : row.path("name").asText();
    }

    private static String cursor(JsonNode row) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("k:" + key(row)).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> key(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return text.startsWith("k:") ? Optional.of(text.substring(2)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Empty if it is no number from 1 on. */
    private static Optional<Integer> number(SandboxRequest request, String name, int otherwise) {
        String text = request.parameter(name).orElse(Integer.toString(otherwise));
        return text.matches("[1-9][0-9]{0,6}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    /** All parameters but this one, ready to be followed by another. */
    private static String query(SandboxRequest request, String without) {
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, List<String>> parameter : request.query().entrySet()) {
            if (!parameter.getKey().equals(without)) {
                parameter.getValue().forEach(value -> query.append(encode(parameter.getKey())).append('=')
                        .append(encode(value)).append('&'));
            }
        }
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
