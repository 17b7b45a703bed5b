package dev.serai.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.State;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.trait.Audiences;
import dev.serai.trait.Refused;
import dev.serai.trait.Status;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * Traits, audiences and reports. {@code GET /api/audiences} lists them; {@code GET /api/audiences/<name>/runs} tells the last
 * runs, {@code POST} there computes it now; {@code GET .../preview} tells what a run would come to; {@code DELETE
 * /api/audiences/<name>} ends one whose file is gone, {@code ?silent=true} without telling destinations. {@code GET
 * /api/reports/<name>} computes a report, {@code GET /api/profiles/<id>} a person.
 */
public final class AudiencesApi {

    private static final int RUNS = 100;

    private final Audiences audiences;
    private final Activities activities;

    /** What may go wrong in a request. */
    private interface Work {
        void run(RoutingContext ctx) throws SQLException, Refused;
    }

    public AudiencesApi(HubHttpServer http, Audiences audiences, Activities activities) {
        this.audiences = audiences;
        this.activities = activities;
        http.routes().get("/api/audiences").handler(http.bodyReader()).blockingHandler(guarded(this::list), false);
        http.routes().get("/api/audiences/:name/preview").handler(http.bodyReader()).blockingHandler(guarded(this::preview), false);
        http.routes().get("/api/audiences/:name/runs").handler(http.bodyReader()).blockingHandler(guarded(this::runs), false);
        http.routes().post("/api/audiences/:name/runs").handler(http.bodyReader()).blockingHandler(guarded(this::run), false);
        http.routes().delete("/api/audiences/:name").handler(http.bodyReader()).blockingHandler(guarded(this::drop), false);
        http.routes().get("/api/reports/:name").handler(http.bodyReader()).blockingHandler(guarded(this::report), false);
        http.routes().get("/api/profiles/:id").handler(http.bodyReader()).blockingHandler(guarded(this::profile), false);
    }

    private static Handler<RoutingContext> guarded(Work work) {
        return ctx -> {
            try {
                work.run(ctx);
            } catch (Refused e) {
                Answers.error(ctx, 422, "refused", e.problem().toString());
            } catch (IllegalArgumentException e) {
                Answers.error(ctx, 404, "unknown_definition", e.getMessage());
            } catch (IllegalStateException e) {
                Answers.error(ctx, 409, "not_now", e.getMessage());
            } catch (SQLException e) {
                Answers.error(ctx, 503, "warehouse_failed", "the warehouse says: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing"));
            }
        };
    }

    private void list(RoutingContext ctx) throws SQLException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("audiences");
        body.putArray("reports");
        for (Status one : audiences.list()) {
            body.withArray("/audiences").addObject().put("name", one.name()).put("kind", one.kind()).put("key", one.key())
                    .put("description", one.description()).put("warehouse", one.warehouse()).put("size", one.size())
                    .put("lastRun", text(one.lastRun())).put("nextRun", text(one.nextRun())).put("problem", one.problem().orElse(null))
                    .put("running", one.isRunning()).put("hasFile", one.hasFile());
            if (one.kind().equals("report")) {
                body.withArray("/reports").addObject().put("name", one.name()).put("description", one.description());
            }
        }
        body.set("problems", Json.MAPPER.valueToTree(audiences.problems()));
        Answers.json(ctx, 200, body);
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    private void preview(RoutingContext ctx) throws SQLException, Refused {
        Answers.json(ctx, 200, Json.MAPPER.valueToTree(audiences.preview(ctx.pathParam("name"))));
    }

    private void runs(RoutingContext ctx) throws SQLException {
        Answers.json(ctx, 200, Json.MAPPER.createObjectNode().set("runs",
                Json.MAPPER.valueToTree(audiences.history(ctx.pathParam("name"), RUNS))));
    }

    private void run(RoutingContext ctx) throws SQLException, Refused {
        String name = ctx.pathParam("name");
        Optional<Map<String, Long>> found = audiences.has(name) ? noted(name) : audiences.run(name);
        if (found.isEmpty()) {
            Answers.error(ctx, 409, "running", "it is being computed; try again when it is done");
        } else {
            Answers.json(ctx, 200, Json.MAPPER.valueToTree(found.get()));
        }
    }

    private Optional<Map<String, Long>> noted(String name) throws SQLException, Refused {
        activities.note(Action.AUDIENCE, name, State.STARTED, "Computes " + name + ".");
        try {
            Optional<Map<String, Long>> found = audiences.run(name);
            activities.note(Action.AUDIENCE, name, found.isEmpty() ? State.FAILED : State.ENDED, found
                    .map(counts -> name + " has " + counts.get("rows") + (counts.get("rows") == 1 ? " row: " : " rows: ") + counts.get("added") + " came, " + counts.get("changed")
                            + " changed, " + counts.get("removed") + " left.")
                    .orElse(name + " was being computed already."));
            return found;
        } catch (SQLException | Refused | RuntimeException e) {
            activities.note(Action.AUDIENCE, name, State.FAILED, name + " could not be computed; it says why where it is listed.");
            throw e;
        }
    }

    private void drop(RoutingContext ctx) throws SQLException {
        boolean silent = "true".equals(ctx.request().getParam("silent"));
        String name = ctx.pathParam("name");
        long members = audiences.drop(name, !silent);
        activities.note(Action.AUDIENCE, name, State.ENDED, name + " was dropped with " + members + " in it, and destinations were "
                + (silent ? "not " : "") + "told.");
        Answers.json(ctx, 200, Json.MAPPER.createObjectNode().put("members", members).put("told", !silent));
    }

    private void report(RoutingContext ctx) throws SQLException, Refused {
        Answers.json(ctx, 200, Json.MAPPER.valueToTree(audiences.report(ctx.pathParam("name"))));
    }

    private void profile(RoutingContext ctx) throws SQLException {
        audiences.profile(ctx.pathParam("id")).ifPresentOrElse(profile -> Answers.json(ctx, 200, Json.MAPPER.valueToTree(profile)),
                () -> Answers.error(ctx, 404, "unknown_profile", "nobody is known by this id"));
    }
}
