package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a route has a sample at all. Some cannot have one: those that write to Kafka and not over HTTP, syncs by SOQL,
 * whose pages mean something only after a description of the object, and streams, which have no pages.
 */
final class SampleCheck {

    private static final Pattern REQUEST_LINE = Pattern.compile("(?m)^[A-Z]+ (/\\S*)");

    private final JsonNode partner;
    private final List<Path> files;

    /**
     * @param partner the tree of partner.yaml
     * @param files   of the folder
     */
    SampleCheck(JsonNode partner, List<Path> files) {
        this.partner = partner;
        this.files = files;
    }

    void missing(List<RouteFile> routes, List<Problem> problems) {
        for (RouteFile file : routes) {
            for (int i = 0; i < file.tree().size(); i++) {
                JsonNode route = file.tree().get(i);
                JsonPointer from = JsonPointer.empty().appendIndex(i).appendProperty(route.has("route") ? "route" : "from");
                if (route.has("route")) {
                    route = route.path("route");
                    from = from.appendProperty("from");
                }
                JsonNode at = route.path("from");
                JsonPointer place = at.isTextual() ? from : from.appendProperty("uri");
                lack(at.isTextual() ? at.asText() : at.path("uri").asText(), route).ifPresent(name ->
                        problems.add(file.places().atValue(place, "there is no sample of this route",
                                "record one as samples/<case>/" + name + " and run ./serai test --update")));
            }
        }
    }

    /** The file that a sample of a route would begin with, if it could have one and does not. */
    private Optional<String> lack(String uri, JsonNode route) {
        String kamelet = uri.replaceFirst("\\?.*", "");
        return switch (kamelet) {
            case "kamelet:webhook-source" -> request("/webhooks/");
            case "kamelet:pixel-source" -> request("/v1/pixel/");
            case "kamelet:tracking-source" -> request("/v1/(?!pixel/)");
            case "kamelet:deliveries-source" -> route.toString().contains("kamelet:request-sink")
                    ? lack("in.events.json") : Optional.empty();
            case "kamelet:sync-source" -> isWithoutPages() ? Optional.empty() : lack("in.sync.json");
            default -> Optional.empty();
        };
    }

    private boolean isWithoutPages() {
        JsonNode paging = partner.at("/source/sync/paging");
        return !paging.isEmpty() && paging.findValuesAsText("style").stream().allMatch(Set.of("soql", "stream")::contains);
    }

    private Optional<String> lack(String name) {
        return samples(name).isEmpty() ? Optional.of(name) : Optional.empty();
    }

    private Optional<String> request(String path) {
        Pattern wanted = Pattern.compile(path + ".*");
        boolean isThere = samples("in.http").stream().anyMatch(file -> {
            Matcher lines = REQUEST_LINE.matcher(text(file));
            while (lines.find()) {
                if (wanted.matcher(lines.group(1)).matches()) {
                    return true;
                }
            }
            return false;
        });
        return isThere ? Optional.empty() : Optional.of("in.http");
    }

    private List<Path> samples(String name) {
        return files.stream().filter(file -> file.endsWith(name) && file.getParent().getParent() != null
                && file.getParent().getParent().endsWith("samples")).toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** Names of the table of events that no sample produces. */
    void unseenEvents(RouteFile partnerYaml, List<Problem> problems) {
        Set<String> seen = new HashSet<>();
        for (Path file : samples("out.events.json")) {
            try {
                Json.MAPPER.readTree(Files.readAllBytes(file)).forEach(event -> seen.add(event.path("event").asText()));
            } catch (IOException e) {
                // what runs the sample tells it; no event is seen in it
            }
        }
        JsonPointer events = JsonPointer.compile("/source/events");
        partner.at(events).fields().forEachRemaining(event -> {
            if (!seen.contains(event.getValue().asText())) {
                problems.add(partnerYaml.places().atKey(events.appendProperty(event.getKey()), "no sample produces '"
                        + event.getValue().asText() + "'", "record one"));
            }
        });
    }
}
