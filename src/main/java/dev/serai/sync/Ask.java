package dev.serai.sync;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One request to a partner, as a route is asked for it.
 *
 * @param kind    what is wanted, for routes that have more than one way: {@code page} unless a paging says otherwise
 * @param path    what the collection calls its endpoint, the parent's id put in
 * @param query   names and values, not encoded; those that the endpoint brings come first
 * @param headers what else the route must know, by name
 * @param limit   the limit it counts for besides the one of all requests; empty for none
 * @param resumes whether a refusal of it can mean that the cursor is too old
 */
record Ask(String kind, String path, Map<String, String> query, Map<String, Object> headers, String limit, boolean resumes) {

    static final String PAGE = "page";

    /** Header with the Duration to wait before the request is sent. */
    static final String WAIT = "wait";

    /** @param endpoint may end in a query of its own */
    static Ask page(String endpoint, String limit) {
        int mark = endpoint.indexOf('?');
        Map<String, String> query = new LinkedHashMap<>();
        if (mark >= 0) {
            for (String pair : endpoint.substring(mark + 1).split("&")) {
                int equals = pair.indexOf('=');
                query.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        return new Ask(PAGE, mark < 0 ? endpoint : endpoint.substring(0, mark), query, Map.of(), limit, false);
    }

    Ask with(String parameter, Object value) {
        if (parameter.isEmpty()) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(parameter, String.valueOf(value));
        return new Ask(kind, path, more, headers, limit, resumes);
    }

    Ask resuming() {
        return new Ask(kind, path, query, headers, limit, true);
    }

    Ask of(String otherKind, Map<String, Object> otherHeaders) {
        return new Ask(otherKind, path, query, otherHeaders, limit, resumes);
    }

    /** As it stands in a URL. A parameter whose name ends in {@code []} takes several values with commas between. */
    String encodedQuery() {
        return query.entrySet().stream().flatMap(pair -> values(pair.getKey(), pair.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static java.util.stream.Stream<String> values(String name, String value) {
        if (!name.endsWith("[]")) {
            return java.util.stream.Stream.of(encode(name) + "=" + encode(value));
        }
        return java.util.Arrays.stream(value.split(",")).map(one -> encode(name) + "=" + encode(one));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
