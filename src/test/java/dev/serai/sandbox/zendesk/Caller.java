package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Calls the fake over HTTP, with nothing of Zendesk's known but the addresses that it gives itself. */
final class Caller {

    record Answer(int status, java.net.http.HttpHeaders headers, JsonNode body) {
        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }
    }

    private static final int MOST_PAGES = 1000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final String authorization;

    Caller(Sandbox sandbox) {
        this(sandbox, "Bearer " + ZendeskFake.OAUTH_TOKEN);
    }

    Caller(Sandbox sandbox, String authorization) {
        this.base = sandbox.url("zendesk");
        this.authorization = authorization;
    }

    /** @param path below the partner's prefix, or an address that the fake gave */
    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path))
                .header("Authorization", authorization).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode read = response.body().length == 0 ? Json.MAPPER.nullNode() : Json.MAPPER.readTree(response.body());
            return new Answer(response.statusCode(), response.headers(), read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All rows, page by page until the stream ends; those that come twice come twice. */
    List<JsonNode> export(String path, String key) {
        List<JsonNode> rows = new ArrayList<>();
        Answer page = get(path);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            page.body().path(key).forEach(rows::add);
            if (page.body().path("end_of_stream").asBoolean()) {
                return rows;
            }
            page = get(page.body().path(page.body().has("after_url") ? "after_url" : "next_page").asText());
        }
        throw new AssertionError("no end of the stream of " + path);
    }

    List<JsonNode> list(String path, String key) {
        List<JsonNode> rows = new ArrayList<>();
        Answer page = get(path);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            page.body().path(key).forEach(rows::add);
            JsonNode next = page.body().has("links") ? page.body().path("links").path("next") : page.body().path("next_page");
            if (next.isNull() || next.isMissingNode()) {
                return rows;
            }
            page = get(next.asText());
        }
        throw new AssertionError("no end of the list of " + path);
    }
}
