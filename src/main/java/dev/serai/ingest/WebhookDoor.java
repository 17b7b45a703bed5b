package dev.serai.ingest;

import dev.serai.model.RequestRefused;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Lets a partner's webhook in: finds the source that the path names, and checks the bearer token where the source has
 * one. A source without a token is open to whoever knows the address; the partner's README says how to set one.
 */
public final class WebhookDoor implements Processor {

    /** Exchange property: the partner that the route belongs to. */
    static final String PARTNER = "serai.partner";
    /** Exchange property: the {@link ConfiguredSource} by which the request came. */
    static final String SOURCE = "serai.source";

    private static final String TOKEN = "token";
    private static final String BEARER = "Bearer ";

    private final Sources sources;

    public WebhookDoor(Sources sources) {
        this.sources = sources;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        String name = message.getHeader("source", String.class);
        String partner = exchange.getProperty(PARTNER, String.class);
        ConfiguredSource source = Optional.ofNullable(sources.byName().get(name))
                .filter(found -> found.partner().slug().equals(partner))
                .orElseThrow(() -> new RequestRefused(404, "unknown_source", "partner '" + partner
                        + "' has no source '" + name + "'; set serai.sources.<source>.partner=" + partner));
        source.setting(TOKEN).ifPresent(token -> checkToken(token,
                message.getHeader("Authorization", String.class), source.name()));
        exchange.setProperty(SOURCE, source);
    }

    private static void checkToken(String token, String authorization, String source) {
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        byte[] given = (bearer ? authorization.substring(BEARER.length()).strip() : "")
                .getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, token.getBytes(StandardCharsets.UTF_8))) {
            throw new RequestRefused(401, "bad_token", bearer
                    ? "the bearer token is not that of serai.sources." + source + ".token"
                    : "send the token of serai.sources." + source + ".token as Authorization: Bearer");
        }
    }
}
