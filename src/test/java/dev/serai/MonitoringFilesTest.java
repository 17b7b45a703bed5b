package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert rules name what a hub answers, and have the form that Grafana and Prometheus want. */
@Timeout(180)
class MonitoringFilesTest {

    private static final Path DASHBOARD = Path.of("docs/monitoring/serai-dashboard.json");
    private static final Path ALERTS = Path.of("docs/monitoring/serai-alerts.yaml");
    private static final Path PAGE = Path.of("docs/operations.md");

    /** What Prometheus itself adds. */
    private static final Set<String> PROMETHEUS_LABELS = Set.of("job", "instance");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final Pattern ANNOTATION_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
    private static final Pattern DURATION = Pattern.compile("([1-9]\\d*[smhd])+");
    private static final int GRID = 24;

    @TempDir
    private static Path folder;
    /** By metric, the values of each of its labels. */
    private static final Map<String, Map<String, Set<String>>> METRICS = new TreeMap<>();

    @BeforeAll
    static void scrape() throws Exception {
        try (WatchedHub hub = new WatchedHub(folder)) {
            hub.track("m1", "Song Played");
            assertThat(hub.post("/v1/track", "{\"event\":\"Without Anybody\"}").statusCode()).isBetween(200, 400);
            hub.send("POST", "/v1/track", "no-such-key", "{\"userId\":\"u1\",\"event\":\"A\"}");
            assertThat(hub.post("/api/syncs", "{\"source\":\"stripe\"}").statusCode()).isEqualTo(202);
            hub.awaitRows("website.song_played", 1);
            await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.metrics()).contains("serai_events_rejected_total{",
                    "serai_plan_violations_total{", "serai_sync_objects_total{"));
            hub.metrics().lines().filter(line -> !line.startsWith("#")).forEach(MonitoringFilesTest::take);
        }
        // this one Prometheus makes of each scrape
        METRICS.put("up", Map.of());
    }

    private static void take(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Map<String, Set<String>> labels = METRICS.computeIfAbsent(sample.group(1), name -> new HashMap<>());
        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
            labels.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(2));
        }
    }

    /** @param told labels that a legend or an annotation shows */
    private static void assertThatItIsAnswered(String expression, Set<String> told) {
        PromQl query = PromQl.parse(expression);
        assertThat(query.selectors()).as(expression).isNotEmpty();
        Set<String> shown = new TreeSet<>(query.groupings());
        shown.addAll(told);
        for (PromQl.Selector selector : query.selectors()) {
            assertThat(METRICS).as(expression).containsKey(selector.metric());
            Map<String, Set<String>> labels = METRICS.get(selector.metric());
            selector.matchers().forEach((label, match) -> {
                if (!PROMETHEUS_LABELS.contains(label)) {
                    assertThat(labels).as(expression).containsKey(label);
                    assertThat(match.operator()).as(expression).isEqualTo("=");
                    assertThat(labels.get(label)).as(expression).contains(match.value());
                }
            });
            assertThat(shown).as(expression).allMatch(label -> PROMETHEUS_LABELS.contains(label) || labels.containsKey(label));
        }
        if (!query.groupings().isEmpty()) {
            assertThat(query.groupings()).as("labels that are shown and grouped away: " + expression).containsAll(told);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>();
        array.forEach(list::add);
        return list;
    }

    private static JsonNode dashboard() throws IOException {
        return Json.MAPPER.readTree(DASHBOARD.toFile());
    }

    private static List<JsonNode> rules() throws IOException {
        return list(new YAMLMapper().readTree(ALERTS.toFile()).path("groups")).stream().flatMap(group -> list(group.path("rules")).stream())
                .toList();
    }

    @Test
    void everyPanelAsksForWhatAHubAnswers() throws Exception {
        for (JsonNode panel : dashboard().path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                assertThatItIsAnswered(target.path("expr").asText(), found(LEGEND_LABEL, target.path("legendFormat").asText()));
            }
        }
    }

    @Test
    void everyRuleAsksForWhatAHubAnswers() throws Exception {
        for (JsonNode rule : rules()) {
            assertThatItIsAnswered(rule.path("expr").asText(), found(ANNOTATION_LABEL, rule.path("annotations").toString()));
        }
    }

    @Test
    void everythingThatIsMeasuredOfWarehousesDestinationsAndSyncsIsDrawn() throws Exception {
        Set<String> drawn = new TreeSet<>();
        list(dashboard().path("panels")).stream().flatMap(panel -> list(panel.path("targets")).stream())
                .forEach(target -> PromQl.parse(target.path("expr").asText()).selectors().forEach(one -> drawn.add(one.metric())));

        assertThat(METRICS.keySet()).filteredOn(name -> name.matches("serai_(events|warehouse|deliveries|sync|plan|health).*"))
                // a line for each table, and one for each consumer of topic events, are too many to draw
                .filteredOn(name -> !name.startsWith("serai_warehouse_table_") && !name.equals("serai_events_suppressed_total"))
                .allMatch(drawn::contains);
    }

    @Test
    void theDashboardHasTheFormThatGrafanaImports() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("title").asText()).isEqualTo("Serai");
        assertThat(dashboard.path("uid").asText()).matches("[a-zA-Z0-9_-]{1,40}");
        assertThat(dashboard.path("schemaVersion").asInt()).isBetween(36, 41);
        assertThat(dashboard.has("id")).as("the id of somebody's own Grafana").isFalse();
        assertThat(dashboard.path("time").fieldNames()).toIterable().containsExactly("from", "to");

        Map<String, JsonNode> variables = new LinkedHashMap<>();
        dashboard.at("/templating/list").forEach(one -> variables.put(one.path("name").asText(), one));
        assertThat(variables.get("datasource").path("type").asText()).isEqualTo("datasource");
        assertThat(variables.get("datasource").path("query").asText()).isEqualTo("prometheus");
        Matcher instances = Pattern.compile("label_values\\((\\w+), instance\\)").matcher(variables.get("instance").path("definition").asText());
        assertThat(instances.matches()).isTrue();
        assertThat(METRICS).containsKey(instances.group(1));
        assertThat(variables.keySet()).containsAll(found(VARIABLE, dashboard.path("panels").toString().replace("$__rate_interval", "")));

        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asText();
            assertThat(title).isNotEmpty();
            assertThat(ids.add(panel.path("id").asInt())).as("id of " + title).isTrue();
            JsonNode place = panel.path("gridPos");
            for (int x = place.path("x").asInt(); x < place.path("x").asInt() + place.path("w").asInt(); x++) {
                for (int y = place.path("y").asInt(); y < place.path("y").asInt() + place.path("h").asInt(); y++) {
                    assertThat(x).as(title).isBetween(0, GRID - 1);
                    assertThat(taken.add(List.of(x, y))).as(title + " lies over another").isTrue();
                }
            }
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("type").asText()).isIn("timeseries", "stat");
                assertThat(panel.path("description").asText()).as(title).isNotEmpty();
                assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
                assertThat(list(panel.path("targets"))).as(title).isNotEmpty();
                assertThat(panel.path("targets").findValuesAsText("refId")).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Z]"));
                Stream.concat(Stream.of(panel), list(panel.path("targets")).stream()).forEach(one ->
                        assertThat(one.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}"));
            }
        }
    }

    @Test
    void theRulesHaveTheFormThatPrometheusReads() throws Exception {
        JsonNode file = new YAMLMapper().readTree(ALERTS.toFile());
        assertThat(file.fieldNames()).toIterable().containsExactly("groups");
        assertThat(file.path("groups").findValuesAsText("name")).doesNotHaveDuplicates().isNotEmpty();
        assertThat(rules()).extracting(rule -> rule.path("alert").asText()).doesNotHaveDuplicates().allMatch(name -> name.matches("Serai\\w+"));
        for (JsonNode rule : rules()) {
            String name = rule.path("alert").asText();
            assertThat(rule.fieldNames()).toIterable().as(name).isSubsetOf("alert", "expr", "for", "labels", "annotations");
            assertThat(rule.path("for").asText("1m")).as(name).matches(DURATION);
            assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning", "info");
            assertThat(rule.path("annotations").fieldNames()).toIterable().as(name).containsExactly("summary", "description");
            assertThat(count(rule.path("expr").asText(), '(')).as(name).isEqualTo(count(rule.path("expr").asText(), ')'));
        }
    }

    private static long count(String text, char character) {
        return text.chars().filter(one -> one == character).count();
    }

    @Test
    void thePageTellsOfEveryAlertAndNamesOnlyMetricsThatThereAre() throws Exception {
        String page = Files.readString(PAGE);
        List<String> alerts = rules().stream().map(rule -> rule.path("alert").asText()).toList();
        assertThat(found(Pattern.compile("(?m)^\\| (Serai\\w+) \\|"), page)).containsExactlyInAnyOrderElementsOf(alerts);

        assertThat(METRICS.keySet()).containsAll(found(Pattern.compile("`((?:serai|jvm)_\\w+)`"), page));
        for (String row : page.lines().filter(line -> line.matches("\\| `(serai|jvm)_.*")).toList()) {
            String[] cells = row.split("\\|");
            for (String name : found(Pattern.compile("`(\\w+)`"), cells[1])) {
                assertThat(found(Pattern.compile("`(\\w+)`"), cells[2])).as(row).isEqualTo(METRICS.get(name).keySet());
            }
        }
    }

    @Test
    void aNameOrALabelThatNoHubHasIsNoticed() {
        for (String wrong : List.of("serai_events_acepted_total", "sum by (partner) (serai_warehouse_lag)",
                "serai_deliveries_total{outcome=\"deadletter\"}", "serai_health{chek=\"routing\"}")) {
            assertThat(catchThrowable(() -> assertThatItIsAnswered(wrong, Set.of()))).as(wrong)
                    .isInstanceOf(AssertionError.class);
        }
    }
}
