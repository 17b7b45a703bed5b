package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Problem;
import java.util.List;

/**
 * What Camel's schema allows and the hub does not: a second route in a file, which is what makes Camel's own reloading
 * fail, and a route that is not called like its file or does not say what it does.
 */
final class RouteCheck {

    private final RouteFile file;
    private final List<Problem> problems;

    private RouteCheck(RouteFile file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    static void check(RouteFile file, List<Problem> problems) {
        new RouteCheck(file, problems).routes();
    }

    private void routes() {
        int routes = 0;
        for (int i = 0; i < file.tree().size(); i++) {
            JsonNode item = file.tree().get(i);
            JsonPointer at = JsonPointer.empty().appendIndex(i);
            boolean isRoute = item.has("route");
            if ((isRoute || item.has("from")) && routes++ > 0) {
                problems.add(file.places().atKey(at, "a second route in one file", "give it a file of its own"));
            }
            if (isRoute) {
                named(item.path("route"), at.appendProperty("route"));
            } else if (item.has("from")) {
                problems.add(file.places().atKey(at.appendProperty("from"), "the route has no id",
                        "write 'route:' above with 'id: " + file.name() + "' and a description"));
            }
        }
        if (routes == 0 && file.tree().isArray()) {
            problems.add(file.places().atKey(JsonPointer.empty(), "there is no route in it", "write one, or remove the file"));
        }
    }

    private void named(JsonNode route, JsonPointer at) {
        String id = route.path("id").asText();
        if (id.isEmpty()) {
            problems.add(file.places().atKey(at, "the route has no id", "add 'id: " + file.name() + "'"));
        } else if (!id.equals(file.name())) {
            problems.add(file.places().atValue(at.appendProperty("id"), "route '" + id + "' is in a file with another name",
                    "call the file " + id + RouteFile.ENDING + ", or the route " + file.name()));
        }
        if (route.path("description").asText().isBlank()) {
            problems.add(file.places().atKey(at, "the route has no description", "say in a line what it does"));
        }
    }
}
