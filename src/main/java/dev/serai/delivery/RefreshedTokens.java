package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Access tokens by a refresh token (RFC 6749 section 6), kept until a minute before they expire. Requests that need one
 * at the same time wait for the same answer.
 */
final class RefreshedTokens implements AccessTokens {

    private static final long SPARE_MILLIS = 60_000;
    private static final int USUAL_SECONDS = 3_600;

    private record Token(String text, long until) { }

    private final Transport transport;
    private final InstantSource clock;
    private final Map<String, CompletableFuture<Token>> tokens = new ConcurrentHashMap<>();

    RefreshedTokens(Transport transport, InstantSource clock) {
        this.transport = transport;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<String> of(ConfiguredDestination destination) {
        return tokens.compute(destination.name(), (name, known) -> known != null && isGood(known) ? known : ask(destination))
                .thenApply(Token::text);
    }

    private boolean isGood(CompletableFuture<Token> known) {
        return !known.isDone() || !known.isCompletedExceptionally() && clock.millis() < known.join().until();
    }

    @Override
    public void refused(ConfiguredDestination destination, String token) {
        tokens.computeIfPresent(destination.name(), (name, known) -> known.isDone() && !known.isCompletedExceptionally()
                && known.join().text().equals(token) ? null : known);
    }

    private CompletableFuture<Token> ask(ConfiguredDestination destination) {
        String url = destination.setting(destination.limits().tokenUrl().orElseThrow()).orElseThrow();
        String form = Map.of("grant_type", "refresh_token",
                "client_id", destination.setting("clientId").orElse(""),
                "client_secret", destination.setting("clientSecret").orElse(""),
                "refresh_token", destination.setting("refreshToken").orElse("")).entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .sorted().collect(Collectors.joining("&"));
        HttpCall call = new HttpCall("POST", URI.create(url), Map.of("content-type", "application/x-www-form-urlencoded",
                "accept", "application/json", "user-agent", "Serai"), form.getBytes(StandardCharsets.UTF_8));
        return transport.send(destination, call).thenApply(this::read);
    }

    private Token read(HttpAnswer answer) {
        JsonNode body = answer.json();
        if (answer.status() == 200 && body.path("access_token").isTextual()) {
            return new Token(body.get("access_token").textValue(),
                    clock.millis() + body.path("expires_in").asLong(USUAL_SECONDS) * 1_000 - SPARE_MILLIS);
        }
        if (answer.status() == 400 || answer.status() == 401 || answer.status() == 403) {
            throw new TokenRefused("no access token for these settings: " + answer.excerpt());
        }
        throw new IllegalStateException("the token's address answered " + answer.status());
    }
}
