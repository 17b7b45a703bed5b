package dev.serai.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as a fake sees it.
 *
 * @param method  GET, POST, ...
 * @param path    below the partner's own prefix, with a slash at the front: {@code /v1/charges}
 * @param query   decoded, in the order in which it was sent; a name may come more than once
 * @param headers by lower-case name; of one that comes twice the first
 */
public record SandboxRequest(String method, String path, Map<String, List<String>> query, Map<String, String> headers,
                             byte[] body) {

    /** The first value of a parameter of the query. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
