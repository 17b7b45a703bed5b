package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.delivery.HttpAnswer;
import dev.serai.delivery.HttpCall;
import dev.serai.delivery.Preview;
import dev.serai.delivery.SampleDelivery;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.sample.HttpFile;
import dev.serai.sample.SampleJson;
import dev.serai.sync.SyncSample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Runs the samples of partner folders, {@code routes/<partner>/samples/<case>/}, through the unmodified routes, without
 * Kafka or network, and compares what comes out with the {@code out.*.json} files as text, so that a difference can be
 * read:
 * <ul>
 * <li>{@code in.http}, requests as the partner sends them: events, objects, dead letters, and the answers
 * <li>{@code in.sync.json}, a page of the partner's API: objects
 * <li>{@code in.events.json}, events of a destination's queue: the requests to the partner, and dead letters
 * </ul>
 * A folder's {@code samples/settings.properties} has the settings of the source that is named like the folder, and with
 * a source's name in front those of further ones.
 */
final class SampleRunner implements AutoCloseable {

    private static final String REQUESTS = "in.http";
    private static final String PAGE = "in.sync.json";
    private static final String QUEUE = "in.events.json";
    private static final String SETTINGS = "settings.properties";
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final Set<String> ALWAYS_NEW = Set.of("webhook-timestamp", "webhook-signature");

    /** What a sample may have, by the file that it begins with. */
    private static final Map<String, Set<String>> FILES = Map.of(
            REQUESTS, Set.of("out.events.json", "out.objects.json", "out.dead-letters.json", "out.response.json"),
            PAGE, Set.of("out.objects.json", "out.dead-letters.json"),
            QUEUE, Set.of("in.settings.json", "in.responses.json", "out.requests.json", "out.dead-letters.json"));

    private final Path routes;
    private final Path root;
    private final PartnerFolders folders;
    private final Optional<Partner> only;
    private final HttpClient client = HttpClient.newHttpClient();
    private SampleHub hub;

    SampleRunner(Path routes) {
        this.routes = routes;
        this.root = routes;
        this.folders = PartnerFolders.read(routes);
        this.only = Optional.empty();
    }

    /** For one partner's samples, with its folder as it is there; settings are those of its samples. */
    SampleRunner(Path routes, PartnerFolders folders, Partner only) {
        this.routes = routes;
        this.root = only.folder();
        this.folders = folders;
        this.only = Optional.of(only);
    }

    /** What keeps partner folders from being used at all. */
    List<Problem> problems() {
        return folders.problems();
    }

    /** What keeps the routes from being loaded. */
    List<Problem> loadRoutes() {
        try {
            hub();
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    /** The folders of all samples of these partners, or of all; sorted. */
    List<Path> samples(Set<String> partners) {
        return files("glob:**/samples/*/in.*").stream()
                .filter(file -> FILES.containsKey(file.getFileName().toString())).map(Path::getParent).distinct()
                .filter(sample -> partners.isEmpty() || partners.contains(partnerOf(sample))
                        || partners.contains(name(sample))).toList();
    }

    static String partnerOf(Path sample) {
        return sample.getParent().getParent().getFileName().toString();
    }

    /** {@code braze/email}. */
    static String name(Path sample) {
        return partnerOf(sample) + "/" + sample.getFileName();
    }

    /** Files under {@code samples/} that no sample reads. */
    List<Path> unused() {
        return files("glob:**/samples/**").stream().filter(file -> {
            String name = file.getFileName().toString();
            boolean isSettings = name.equals(SETTINGS) && file.getParent().endsWith("samples");
            return !isSettings && !FILES.containsKey(name) && FILES.entrySet().stream().noneMatch(kind ->
                    kind.getValue().contains(name) && Files.exists(file.resolveSibling(kind.getKey())));
        }).toList();
    }

    /**
     * @param update whether the files are written anew
     * @return what differs, or did
     */
    List<SampleDifference> run(Path sample, boolean update) throws Exception {
        Map<String, JsonNode> out;
        if (Files.exists(sample.resolve(QUEUE))) {
            out = deliver(sample);
        } else if (Files.exists(sample.resolve(PAGE))) {
            out = sync(sample);
        } else {
            out = receive(sample);
        }
        List<SampleDifference> differences = new ArrayList<>();
        Set<String> names = new TreeSet<>(out.keySet());
        FILES.values().stream().flatMap(Set::stream).filter(name -> name.startsWith("out.")).forEach(names::add);
        for (String name : names) {
            Path file = sample.resolve(name);
            String actual = out.containsKey(name) ? SampleJson.pretty(out.get(name)) + "\n" : "";
            String expected = Files.exists(file) ? Files.readString(file) : "";
            if (!actual.equals(expected)) {
                differences.add(new SampleDifference(file, expected, actual));
                if (update && actual.isEmpty()) {
                    Files.delete(file);
                } else if (update) {
                    Files.writeString(file, actual);
                }
            }
        }
        return differences;
    }

    private Map<String, JsonNode> receive(Path sample) throws Exception {
        SampleHub door = hub();
        door.clear();
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (HttpFile in : HttpFile.parse(sample.resolve(REQUESTS))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + in.path()))
                    .method(in.method(), HttpRequest.BodyPublishers.ofByteArray(in.body()));
            in.headers().forEach(header -> request.header(header.name(), header.value()));
            answers.add(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        }
        Map<String, JsonNode> out = new HashMap<>();
        if (!door.objects().isEmpty()) {
            out.put("out.objects.json", array(door.objects()));
        }
        if (door.objects().isEmpty() || !door.events().isEmpty()) {
            out.put("out.events.json", array(door.events()));
        }
        if (!door.deadLetters().isEmpty()) {
            out.put("out.dead-letters.json", array(door.deadLetters().stream().map(SampleRunner::received).toList()));
        }
        if (answers.stream().anyMatch(answer -> answer.statusCode() != 200 || !answer.body().equals("{\"success\":true}"))) {
            List<JsonNode> responses = new ArrayList<>();
            for (HttpResponse<String> answer : answers) {
                ObjectNode response = Json.MAPPER.createObjectNode().put("status", answer.statusCode());
                response.set("body", tree(answer.body().getBytes(StandardCharsets.UTF_8)));
                responses.add(response);
            }
            out.put("out.response.json", responses.size() == 1 ? responses.get(0) : array(responses));
        }
        return out;
    }

    private SampleHub hub() {
        if (hub == null) {
            hub = only.map(partner -> new SampleHub(settings(), folders, partner)).orElseGet(() -> new SampleHub(settings()));
            if (!hub.problems().isEmpty()) {
                throw new SettingsException(hub.problems());
            }
        }
        return hub;
    }

    /** What a hub is told that takes the samples: the settings of every folder's sources. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of("serai.routes.dir", routes.toString(),
                // some partners sign it
                "serai.http.publicUrl", "https://hub.example.com"));
        for (Path file : files("glob:**/samples/" + SETTINGS)) {
            String partner = file.getParent().getParent().getFileName().toString();
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read: " + e.getMessage(),
                        "check its permissions"));
            }
            properties.stringPropertyNames().forEach(key -> settings.put("serai.sources."
                    + (key.contains(".") ? "" : partner + ".") + key, properties.getProperty(key)));
        }
        return settings;
    }

    private static ObjectNode received(DeadLetter letter) {
        return Json.MAPPER.createObjectNode().put("source", letter.source()).put("stage", letter.stage())
                .put("code", letter.code()).put("message", letter.message())
                .put("raw", new String(letter.raw(), StandardCharsets.UTF_8));
    }

    private Map<String, JsonNode> sync(Path sample) throws Exception {
        ObjectNode made = SyncSample.run(partner(sample), read(sample.resolve(PAGE)));
        Map<String, JsonNode> out = new HashMap<>(Map.of("out.objects.json", made.path("objects")));
        if (made.has("deadLetters")) {
            out.put("out.dead-letters.json", made.path("deadLetters"));
        }
        return out;
    }

    private Partner partner(Path sample) {
        Partner partner = folders.partners().get(partnerOf(sample));
        if (partner == null) {
            throw new SettingsException(folders.problems());
        }
        return partner;
    }

    private Map<String, JsonNode> deliver(Path sample) throws Exception {
        Partner partner = partner(sample);
        Map<String, String> settings = new TreeMap<>();
        read(sample.resolve("in.settings.json")).fields().forEachRemaining(setting ->
                settings.put("serai.destinations." + partner.slug() + "." + setting.getKey(), setting.getValue().asText()));
        Destinations destinations = Destinations.from(Settings.of(settings), folders.partners());
        if (!destinations.problems().isEmpty()) {
            throw new SettingsException(destinations.problems());
        }
        SampleDelivery delivery = new SampleDelivery(SampleHub.NOW.plusSeconds(5), answers(sample));
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
            camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
            camel.getRegistry().bind("partnerFolders", folders);
            camel.getRegistry().bind("destinations", destinations);
            camel.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
            delivery.bindTo(camel);
            camel.start();
            List<Problem> problems = new RouteLoader(camel).loadMatching(partner, new Preview()::isOfDestination);
            if (!problems.isEmpty()) {
                throw new SettingsException(problems);
            }
            List<byte[]> events = new ArrayList<>();
            for (JsonNode event : read(sample.resolve(QUEUE))) {
                events.add(Json.MAPPER.writeValueAsBytes(event));
            }
            delivery.run(events, LONGEST);
        }
        Map<String, JsonNode> out = new HashMap<>();
        if (!delivery.requests().isEmpty()) {
            out.put("out.requests.json", array(delivery.requests().stream().map(SampleRunner::sent).toList()));
        }
        if (!delivery.deadLetters().isEmpty()) {
            out.put("out.dead-letters.json", array(delivery.deadLetters().stream().map(letter -> tree(letter.toBytes()))
                    .toList()));
        }
        return out;
    }

    private static List<HttpAnswer> answers(Path sample) throws IOException {
        List<HttpAnswer> answers = new ArrayList<>();
        for (JsonNode answer : read(sample.resolve("in.responses.json"))) {
            Map<String, String> headers = new TreeMap<>();
            answer.path("headers").fields().forEachRemaining(header ->
                    headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
            JsonNode body = answer.path("body");
            answers.add(new HttpAnswer(answer.path("status").asInt(), headers, body.isTextual()
                    ? body.textValue().getBytes(StandardCharsets.UTF_8) : Json.MAPPER.writeValueAsBytes(body)));
        }
        return answers;
    }

    private static ObjectNode sent(HttpCall call) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("method", call.method()).put("url", call.url().toString());
        ObjectNode headers = request.putObject("headers");
        call.headers().forEach((name, value) -> headers.put(name, ALWAYS_NEW.contains(name) ? "*" : value));
        request.set("body", tree(call.body()));
        return request;
    }

    /** Of what is no JSON, such as lines, the text. */
    private static JsonNode tree(byte[] body) {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            return tree.isContainerNode() ? tree : TextNode.valueOf(new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return TextNode.valueOf(new String(body, StandardCharsets.UTF_8));
        }
    }

    private static ArrayNode array(List<? extends JsonNode> nodes) {
        return Json.MAPPER.createArrayNode().addAll(nodes);
    }

    /** Missing where there is no such file. */
    private static JsonNode read(Path file) throws IOException {
        return Files.exists(file) ? Json.MAPPER.readTree(Files.readAllBytes(file)) : Json.MAPPER.missingNode();
    }

    private List<Path> files(String glob) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).filter(routes.getFileSystem().getPathMatcher(glob)::matches).sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new SettingsException(new Problem(routes.toString(), 0, 0, "no such folder",
                    "begin in the folder that has routes, or set serai.routes.dir"));
        }
    }

    @Override
    public void close() {
        if (hub != null) {
            hub.close();
        }
    }
}
