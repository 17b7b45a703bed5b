package dev.serai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.partner.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to {@code /api} of a running hub, and says in a sentence why it could not. */
final class HubApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Duration patience;
    private final HttpClient client = HubOptions.client();
    private final Settings settings;
    private final String address;
    private final TokenOption token;

    HubApi(HubOptions hub, TokenOption token, Settings settings) {
        this(hub, token, settings, PATIENCE);
    }

    /** @param patience until an answer must have come */
    HubApi(HubOptions hub, TokenOption token, Settings settings, Duration patience) {
        this.patience = patience;
        this.settings = settings;
        this.address = hub.address(settings);
        this.token = token;
    }

    /** An answer: its status and its JSON, an empty object where it is none. */
    record Answer(int status, JsonNode json) { }

    Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path)));
    }

    Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path)).DELETE());
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        token.addTo(request, settings);
        HttpResponse<String> answer = client.send(request.timeout(patience).build(), BodyHandlers.ofString());
        try {
            return new Answer(answer.statusCode(), Json.MAPPER.readTree(answer.body()));
        } catch (JsonProcessingException e) {
            return new Answer(answer.statusCode(), Json.MAPPER.createObjectNode());
        }
    }

    /** Why nothing came. */
    String failed(IOException failure) {
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException
                ? HubOptions.unreachable(address)
                : "No whole answer came from " + address + "; run the command again.";
    }

    /** Why it was not done. */
    String refused(Answer answer) {
        String message = answer.json().path("message").textValue();
        return message == null
                ? "What answers at " + address + " is no hub of this version (status " + answer.status()
                        + "); name the hub with --url."
                : "The hub refuses (status " + answer.status() + "): " + Terminal.visible(message)
                        + (answer.status() == 401 ? "; give it with --token or SERAI_CONSOLE_TOKEN" : "");
    }
}
