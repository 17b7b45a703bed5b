package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.End;
import dev.serai.console.Activities.State;
import dev.serai.delivery.Replay;
import dev.serai.delivery.Replays;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code GET /api/dead-letters}: the newest, at most {@code limit}, by {@code id}, {@code destination}, {@code stage}, {@code code},
 * {@code event}, {@code source}, {@code messageId}, {@code since} and {@code until}; a time is an instant, a day, or how
 * long ago ({@code 2h}). {@code POST /api/replays} with the same members puts them through again and answers 202 with an
 * id; {@code "events":true} means all events, for one destination, and {@code "dryRun":true} only counts.
 * {@code GET /api/replays/<id>} tells how it goes.
 *
 * <p>Hazard: a member that is not known is refused, for a mistyped one would replay everything.
 */
public final class ReplaysApi {

    private static final List<String> CONDITIONS = List.of("destination", "stage", "code", "event", "source", "messageId",
            "since", "until");
    private static final int USUAL_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private final Replays replays;
    private final Activities activities;

    public ReplaysApi(HubHttpServer http, Replays replays, Activities activities) {
        this.replays = replays;
        this.activities = activities;
        // Kafka is read and written, which must not hold up the event loop
        http.routes().get("/api/dead-letters").handler(http.bodyReader()).blockingHandler(this::letters, false);
        http.routes().post("/api/replays").handler(http.bodyReader()).blockingHandler(this::begin, false);
        http.routes().get("/api/replays/:id").handler(http.bodyReader()).handler(this::tell);
    }

    private void letters(RoutingContext ctx) {
        try {
            for (Map.Entry<String, String> parameter : ctx.queryParams()) {
                known(parameter.getKey(), "limit", "id");
            }
            int limit = limit(ctx.queryParams().get("limit"));
            Replay which = replay(false, name -> Optional.ofNullable(ctx.queryParams().get(name)));
            ObjectNode body = Json.MAPPER.createObjectNode();
            ArrayNode list = body.putArray("deadLetters");
            for (DeadLetter letter : replays.deadLetters(which, Optional.ofNullable(ctx.queryParams().get("id")), limit)) {
                list.add(Json.MAPPER.readTree(letter.toBytes()));
            }
            Answers.json(ctx, 200, body);
        } catch (RequestRefused refusal) {
            Answers.refusal(ctx, refusal);
        } catch (IOException e) {
            throw new IllegalStateException("a dead letter that was written can be read", e);
        }
    }

    private void begin(RoutingContext ctx) {
        try {
            JsonNode wanted = object(ctx.body().buffer().getBytes());
            wanted.fieldNames().forEachRemaining(name -> known(name, "events", "dryRun"));
            Replay replay = replay(flag(wanted, "events"), name -> text(wanted, name));
            boolean dryRun = flag(wanted, "dryRun");
            String id = replays.start(replay, dryRun);
            if (!dryRun) {
                note(id, replay);
            }
            Answers.json(ctx, 202, Json.MAPPER.createObjectNode().put("id", id));
        } catch (RequestRefused refusal) {
            Answers.refusal(ctx, refusal);
        } catch (IllegalArgumentException e) {
            Answers.error(ctx, 400, "bad_request", e.getMessage());
        }
    }

    private void note(String id, Replay replay) {
        String what = replay.events() ? "events" : "dead letters";
        String subject = replay.destination().or(replay::stage).or(replay::source).orElse(what);
        String where = Stream.of(replay.destination().map(name -> (replay.events() ? "to " : "of ") + name),
                replay.stage().map(stage -> "of stage " + stage), replay.code().map(code -> "with code " + code),
                replay.event().map(event -> "of " + event), replay.source().map(source -> "from source " + source),
                replay.messageId().map(event -> "of event " + event)).flatMap(Optional::stream).collect(Collectors.joining(", "));
        String text = where.isEmpty() ? "all " + what : what + " " + where;
        activities.begin(Action.REPLAY, subject, "Replays " + text + ".", () -> replays.status(id).flatMap(status -> switch (status.state()) {
            case "finished" -> Optional.of(new End(State.ENDED, "Replayed " + text + ": " + status.sent() + " of " + status.matched()
                    + " are on their way again."));
            case "failed" -> Optional.of(new End(State.FAILED, "The replay of " + text + " failed: " + status.failure() + "."));
            default -> Optional.empty();
        }));
    }

    private void tell(RoutingContext ctx) {
        replays.status(ctx.pathParam("id")).ifPresentOrElse(status -> Answers.json(ctx, 200, Json.MAPPER.valueToTree(status)),
                () -> Answers.error(ctx, 404, "unknown_replay", "this hub knows no such replay, perhaps because it was started "
                        + "anew; begin it again, what is delivered is passed over"));
    }

    private static Replay replay(boolean events, Function<String, Optional<String>> condition) {
        try {
            return new Replay(events, condition.apply("destination"), condition.apply("stage"), condition.apply("code"),
                    condition.apply("event"), condition.apply("source"), condition.apply("messageId"),
                    condition.apply("since").map(ReplaysApi::time), condition.apply("until").map(ReplaysApi::time));
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    private static void known(String name, String... also) {
        if (!CONDITIONS.contains(name) && !List.of(also).contains(name)) {
            throw refused("'" + name + "' is not known; there are " + String.join(", ", CONDITIONS) + ", "
                    + String.join(", ", also));
        }
    }

    private static Instant time(String text) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            String unit = ago.group(2).equals("d") ? "P" + ago.group(1) + "D" : "PT" + ago.group(1) + ago.group(2);
            return Instant.now().minus(Duration.parse(unit));
        }
        try {
            return text.length() == "2026-01-01".length() ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw refused("'" + text + "' is no time; write 2026-01-31, 2026-01-31T10:00:00Z, or how long ago, as 2h or 7d");
        }
    }

    private static int limit(String text) {
        if (text == null) {
            return USUAL_LIMIT;
        }
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MAX_LIMIT) {
            throw refused("limit must be a whole number from 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(text);
    }

    private static Optional<String> text(JsonNode wanted, String name) {
        JsonNode value = wanted.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw refused(name + " must be a text");
        }
        return Optional.of(value.textValue());
    }

    private static boolean flag(JsonNode wanted, String name) {
        JsonNode value = wanted.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw refused(name + " must be true or false");
        }
        return value.booleanValue();
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            // told below
        }
        throw refused("post a JSON object, such as {\"destination\":\"braze\",\"code\":\"retries_exhausted\",\"dryRun\":true}");
    }

    private static RequestRefused refused(String message) {
        return new RequestRefused(400, "bad_request", message);
    }
}
