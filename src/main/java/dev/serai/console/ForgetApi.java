package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.End;
import dev.serai.console.Activities.State;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import dev.serai.privacy.ForgetRequest;
import dev.serai.privacy.ForgetRequest.Action;
import dev.serai.privacy.ForgetStatus;
import dev.serai.privacy.Forgetter;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /api/forget} with {@code {"userId":"..."}} begins to forget a person and answers 202 with an id;
 * {@code GET /api/forget/<id>} tells how it goes. {@code "suppressOnly"}, {@code "dryRun"} and {@code "allow"} ask for
 * less, nothing and the opposite. The user id stands in the body, never in a path: paths end in logs.
 *
 * <p>Hazard: a member that is not known is refused, for a mistyped {@code dryRun} would remove what was to be counted.
 */
public final class ForgetApi {

    private static final String PATH = "/api/forget";
    private static final Set<String> MEMBERS = Set.of("userId", "allow", "suppressOnly", "dryRun", "waitSeconds");
    private static final int DEFAULT_WAIT_SECONDS = 60;
    private static final int MAX_WAIT_SECONDS = 24 * 3600;

    private final Forgetter forgetter;
    private final Activities activities;

    public ForgetApi(Forgetter forgetter, Activities activities) {
        this.forgetter = forgetter;
        this.activities = activities;
    }

    public void mountOn(HubHttpServer http) {
        http.routes().post(PATH).handler(http.bodyReader()).handler(this::begin);
        http.routes().get(PATH + "/:id").handler(http.bodyReader()).handler(this::tell);
    }

    private void begin(RoutingContext ctx) {
        try {
            ForgetRequest request = request(ctx.body().buffer().getBytes());
            String id = forgetter.start(request);
            note(id, request.action());
            Answers.json(ctx, 202, Json.MAPPER.createObjectNode().put("id", id));
        } catch (RequestRefused refusal) {
            Answers.refusal(ctx, refusal);
        }
    }

    /** By the beginning of the user id's hash, as everywhere else. */
    private void note(String id, Action action) {
        Optional<ForgetStatus> begun = forgetter.status(id);
        if (action == Action.COUNT || begun.isEmpty()) {
            return;
        }
        String person = begun.get().person();
        activities.begin(Activities.Action.FORGET, person, switch (action) {
            case FORGET -> "Forgets person " + person + ".";
            case SUPPRESS -> "Takes no more events of person " + person + ".";
            default -> "Takes events of person " + person + " again.";
        }, () -> forgetter.status(id).filter(status -> status.state() != ForgetStatus.State.RUNNING).map(status ->
                status.state() == ForgetStatus.State.FINISHED
                        ? new End(State.ENDED, "What was asked about person " + person + " is done and proved.")
                        : new End(State.FAILED, "Of what was asked about person " + person + " something is left; run it again.")));
    }

    private void tell(RoutingContext ctx) {
        forgetter.status(ctx.pathParam("id")).ifPresentOrElse(status -> Answers.json(ctx, 200, json(status)),
                () -> Answers.error(ctx, 404, "unknown_request", "this hub knows no such request, perhaps because it "
                        + "was started anew; post it again, it goes on where it was"));
    }

    private static ForgetRequest request(byte[] body) {
        JsonNode json = object(body);
        for (Iterator<String> names = json.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!MEMBERS.contains(name)) {
                throw refused("'" + name + "' is not known; a request has userId, and may have allow, suppressOnly, "
                        + "dryRun and waitSeconds");
            }
        }
        JsonNode userId = json.path("userId");
        if (!userId.isTextual() || userId.textValue().isEmpty()) {
            throw refused("userId must be a text that is not empty");
        }
        boolean allow = flag(json, "allow");
        boolean suppressOnly = flag(json, "suppressOnly");
        boolean dryRun = flag(json, "dryRun");
        if (allow && suppressOnly || allow && dryRun || suppressOnly && dryRun) {
            throw refused("only one of allow, suppressOnly and dryRun can be true");
        }
        Action action = allow ? Action.ALLOW : suppressOnly ? Action.SUPPRESS : dryRun ? Action.COUNT : Action.FORGET;
        return new ForgetRequest(userId.textValue(), action, patience(json.get("waitSeconds")));
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            // told below, without the body's own text
        }
        throw refused("post {\"userId\":\"...\"}");
    }

    private static boolean flag(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw refused(name + " must be true or false");
        }
        return value.asBoolean(false);
    }

    private static Duration patience(JsonNode seconds) {
        if (seconds == null) {
            return Duration.ofSeconds(DEFAULT_WAIT_SECONDS);
        }
        if (!seconds.isInt() || seconds.intValue() < 0 || seconds.intValue() > MAX_WAIT_SECONDS) {
            throw refused("waitSeconds must be a whole number from 0 to " + MAX_WAIT_SECONDS);
        }
        return Duration.ofSeconds(seconds.intValue());
    }

    private static RequestRefused refused(String message) {
        return new RequestRefused(400, "bad_request", message);
    }

    private static ObjectNode json(ForgetStatus status) {
        ObjectNode json = Json.MAPPER.createObjectNode()
                .put("id", status.id()).put("person", status.person())
                .put("state", status.state().name().toLowerCase(Locale.ROOT)).put("step", status.step())
                .put("suppressed", status.suppressed());
        ArrayNode places = json.putArray("places");
        status.places().forEach(place -> places.addObject().put("name", place.name())
                .put("removed", place.removed()).put("remaining", place.remaining()));
        status.notes().forEach(json.putArray("notes")::add);
        return json;
    }
}
