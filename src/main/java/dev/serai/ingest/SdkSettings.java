package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /v1/projects/<writeKey>/settings}: what browser and mobile SDKs of Segment ask before they send
 * anything. It names one integration, the hub itself, at the address by which it was asked.
 */
public final class SdkSettings implements Handler<RoutingContext> {

    private final TrackingSources sources;
    private final boolean behindProxy;

    public SdkSettings(TrackingSources sources, boolean behindProxy) {
        this.sources = sources;
        this.behindProxy = behindProxy;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String writeKey = ctx.pathParam("writeKey");
        if (sources.find(writeKey).isEmpty()) {
            Answers.error(ctx, 404, "unknown_write_key",
                    "no source has this write key; set serai.sources.<source>.writeKey");
            return;
        }
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.putObject("integrations").putObject("Segment.io")
                .put("apiKey", writeKey)
                .put("apiHost", host(ctx) + "/v1")
                .put("protocol", scheme(ctx))
                .put("addBundledMetadata", true)
                .put("type", "server")
                .set("unbundledIntegrations", Json.MAPPER.createArrayNode());
        ObjectNode plan = settings.putObject("plan");
        for (String calls : new String[] {"track", "identify", "group"}) {
            plan.putObject(calls).putObject("__default").put("enabled", true).putObject("integrations");
        }
        settings.putObject("edgeFunction");
        settings.putObject("middlewareSettings");
        settings.putObject("enabledMiddleware");
        settings.putObject("metrics").put("sampleRate", 0);
        settings.putObject("consentSettings");
        settings.putArray("remotePlugins");
        try {
            ctx.response().putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "public, max-age=120")
                    .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(settings)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of texts can be written", e);
        }
    }

    private String host(RoutingContext ctx) {
        String forwarded = behindProxy ? ctx.request().getHeader("X-Forwarded-Host") : null;
        return forwarded != null ? forwarded : ctx.request().authority().toString();
    }

    private String scheme(RoutingContext ctx) {
        String forwarded = behindProxy ? ctx.request().getHeader("X-Forwarded-Proto") : null;
        return forwarded != null ? forwarded : "http";
    }
}
