package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code direct:} joins the routes of one folder: what is sent to must be consumed there, and the other way round. */
final class DirectCheck {

    private static final Pattern DIRECT = Pattern.compile("direct:(?://)?([A-Za-z0-9_.-]+)");

    /** In these it is said, not sent to. */
    private static final List<String> TEXTS = List.of("description", "note", "message", "id");

    private record Place(RouteFile file, JsonPointer at) { }

    private final Map<String, Place> consumed = new LinkedHashMap<>();
    private final Map<String, List<Place>> sent = new LinkedHashMap<>();

    private DirectCheck() {
    }

    static void check(List<RouteFile> files, List<Problem> problems) {
        DirectCheck check = new DirectCheck();
        files.forEach(file -> file.forEach((at, node) -> check.see(file, at, node)));
        check.sent.forEach((name, places) -> {
            if (!check.consumed.containsKey(name)) {
                places.forEach(place -> problems.add(place.file().places().atValue(place.at(), "direct:" + name
                        + " is sent to, but no route of this folder begins with it", "add that route, or mend the name")));
            }
        });
        check.consumed.forEach((name, place) -> {
            if (!check.sent.containsKey(name)) {
                problems.add(place.file().places().atValue(place.at(), "nothing in this folder sends to direct:" + name,
                        "send to it, or remove the route"));
            }
        });
    }

    private void see(RouteFile file, JsonPointer at, JsonNode node) {
        if (!node.isTextual() || TEXTS.contains(RouteFile.member(at))) {
            return;
        }
        if (node.textValue().equals("direct") && RouteFile.member(at).equals("uri")) {
            String name = file.tree().at(at.head()).path("parameters").path("name").asText();
            add(file, at, name);
        }
        Matcher found = DIRECT.matcher(node.textValue());
        while (found.find()) {
            add(file, at, found.group(1));
        }
    }

    private void add(RouteFile file, JsonPointer at, String name) {
        boolean isConsumed = RouteFile.member(at).equals("from")
                || RouteFile.member(at).equals("uri") && RouteFile.member(at.head()).equals("from");
        if (isConsumed) {
            consumed.put(name, new Place(file, at));
        } else {
            sent.computeIfAbsent(name, added -> new ArrayList<>()).add(new Place(file, at));
        }
    }
}
