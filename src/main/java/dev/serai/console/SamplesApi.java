package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.State;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.RequestRefused;
import dev.serai.model.SettingsException;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.sample.NewSample;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code POST /api/samples} with {@code {"messageId":"...","name":"braze/order"}} saves an event as a sample, masked, and
 * answers 201 with its folder, its files and how many values were masked. A name without a partner is one in the folder
 * of the event's source.
 */
public final class SamplesApi {

    private final KafkaConnection kafka;
    private final Supplier<PartnerFolders> folders;
    private final Supplier<Sources> sources;
    private final Activities activities;

    /**
     * @param folders as they are now
     * @param sources as they are now
     */
    public SamplesApi(HubHttpServer http, KafkaConnection kafka, Supplier<PartnerFolders> folders, Supplier<Sources> sources,
            Activities activities) {
        this.activities = activities;
        this.kafka = kafka;
        this.folders = folders;
        this.sources = sources;
        // Kafka is read and files are written, which must not hold up the event loop
        http.routes().post("/api/samples").handler(http.bodyReader()).blockingHandler(this::save, false);
    }

    private void save(RoutingContext ctx) {
        JsonNode wanted = body(ctx);
        String id = wanted.path("messageId").textValue();
        String name = wanted.path("name").textValue();
        if (id == null || id.isEmpty() || name == null || name.isEmpty()) {
            Answers.error(ctx, 400, "bad_request", "post {\"messageId\":\"...\",\"name\":\"braze/order\"}");
            return;
        }
        try {
            JsonNode event = LookupApi.event(kafka, id).orElseThrow(() -> new RequestRefused(404, "unknown_event",
                    "the event is not among the last that Kafka has; save a newer one"));
            String full = name.contains("/") ? name : partner(event) + "/" + name;
            NewSample.Saved saved = NewSample.named(full, folders.get()).events(List.of(event));
            activities.note(Action.SAMPLE, full, State.ENDED, "Saved an event as sample " + full + ".");
            ObjectNode answer = Json.MAPPER.createObjectNode().put("folder", saved.folder().toString()).put("masked", saved.masked());
            ArrayNode files = answer.putArray("files");
            saved.files().forEach(files::add);
            answer.put("next", "./serai test " + full + " --update");
            Answers.json(ctx, 201, answer);
        } catch (RequestRefused refusal) {
            Answers.refusal(ctx, refusal);
        } catch (SettingsException e) {
            Answers.error(ctx, NewSample.isTaken(e) ? 409 : 422, NewSample.isTaken(e) ? "taken" : "refused",
                    e.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
    }

    private String partner(JsonNode event) {
        ConfiguredSource source = sources.get().byName().get(event.path("source").asText());
        if (source == null) {
            throw new RequestRefused(422, "refused", "the event's source has no partner folder here; name one with the sample, as braze/order");
        }
        return source.partner().slug();
    }

    private static JsonNode body(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            return body == null ? Json.MAPPER.createObjectNode() : body;
        } catch (IOException e) {
            // as good as none: the answer says what is expected
            return Json.MAPPER.createObjectNode();
        }
    }
}
