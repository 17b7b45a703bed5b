package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A request as a destination sees it: {@code body} is unzipped, since partners count bytes after that. */
record Call(SandboxRequest request, byte[] body) {

    /** More than any partner takes; a small request may unzip to anything. */
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    /** @throws IOException if it says that it is zipped and is not */
    static Call of(SandboxRequest request) throws IOException {
        if (!request.header("content-encoding").orElse("").equalsIgnoreCase("gzip")) {
            return new Call(request, request.body());
        }
        try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
            return new Call(request, unzipped.readNBytes(MOST_BYTES));
        }
    }

    /** {@code POST /users/track} */
    String line() {
        return request.method() + " " + request.path();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** @throws IOException if the body is not one JSON value */
    JsonNode json() throws IOException {
        JsonNode tree = Json.MAPPER.readTree(body);
        if (tree == null || tree.isMissingNode()) {
            throw new IOException("the body is empty");
        }
        return tree;
    }

    /** The fields of a form; of one that comes twice the last. */
    Map<String, String> form() {
        Map<String, String> form = new HashMap<>();
        for (String pair : text().split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    boolean hasBearer(String token) {
        return request.header("authorization").orElse("").equals("Bearer " + token);
    }

    boolean hasBasic(String user, String password) {
        return request.header("authorization").orElse("").equals("Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
