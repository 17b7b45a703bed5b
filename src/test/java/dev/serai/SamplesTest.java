package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.sample.HttpFile;
import dev.serai.sync.SyncSample;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every {@code routes/<partner>/samples/<case>/in.http} goes over HTTP through the unmodified routes; what reaches the
 * topics and the answer are compared with {@code out.*.json} as text, so that a difference can be read; so is what a sync
 * makes of a page in {@code in.sync.json}.
 * {@code -Dsamples.update=true} writes them anew. A file that no test reads is a failure.
 */
class SamplesTest {

    private static final Path ROUTES = Path.of("routes");
    private static final boolean UPDATE = Boolean.getBoolean("samples.update");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Set<Path> READ = new HashSet<>();
    private static SampleHub hub;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (Path file : files("glob:**/samples/settings.properties")) {
            READ.add(file);
            String partner = file.getParent().getParent().getFileName().toString();
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                Properties properties = new Properties();
                properties.load(reader);
                // another source of the partner's is named in front of the setting
                properties.forEach((key, value) -> settings.put("serai.sources."
                        + (((String) key).contains(".") ? "" : partner + ".") + key, (String) value));
            }
        }
        hub = new SampleHub(settings);
        assertThat(hub.problems()).isEmpty();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @TestFactory
    List<DynamicNode> sources() throws IOException {
        List<DynamicNode> partners = new ArrayList<>();
        Map<String, List<DynamicTest>> byPartner = new TreeMap<>();
        for (Path in : files("glob:**/samples/*/in.http")) {
            Path sample = in.getParent();
            String partner = sample.getParent().getParent().getFileName().toString();
            byPartner.computeIfAbsent(partner, created -> new ArrayList<>())
                    .add(dynamicTest(sample.getFileName().toString(), () -> run(sample)));
        }
        PartnerFolders folders = PartnerFolders.read(ROUTES);
        for (Path in : files("glob:**/samples/*/in.sync.json")) {
            Path sample = in.getParent();
            String partner = sample.getParent().getParent().getFileName().toString();
            byPartner.computeIfAbsent(partner, created -> new ArrayList<>()).add(dynamicTest(
                    sample.getFileName().toString(), () -> runSync(folders.partners().get(partner), sample)));
        }
        byPartner.forEach((partner, tests) -> partners.add(dynamicContainer(partner, tests)));
        partners.add(dynamicTest("no unused files", () -> assertThat(unused()).isEmpty()));
        return partners;
    }

    private static void run(Path sample) throws Exception {
        hub.clear();
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (HttpFile in : HttpFile.parse(sample.resolve("in.http"))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + in.path()))
                    .method(in.method(), HttpRequest.BodyPublishers.ofByteArray(in.body()));
            in.headers().forEach(header -> request.header(header.name(), header.value()));
            answers.add(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        }

        ArrayNode events = Json.MAPPER.createArrayNode().addAll(hub.events());
        ArrayNode objects = Json.MAPPER.createArrayNode().addAll(hub.objects());
        check(sample.resolve("out.objects.json"), objects, !objects.isEmpty());
        check(sample.resolve("out.events.json"), events, objects.isEmpty() || !events.isEmpty());
        ArrayNode deadLetters = Json.MAPPER.createArrayNode();
        hub.deadLetters().forEach(letter -> deadLetters.add(json(letter)));
        check(sample.resolve("out.dead-letters.json"), deadLetters, !deadLetters.isEmpty());
        ArrayNode responses = Json.MAPPER.createArrayNode();
        answers.forEach(answer -> responses.addObject().put("status", answer.statusCode()).set("body", body(answer)));
        check(sample.resolve("out.response.json"), responses.size() == 1 ? responses.get(0) : responses,
                answers.stream().anyMatch(answer -> answer.statusCode() != 200
                        || !answer.body().equals("{\"success\":true}")));
    }

    private static JsonNode body(HttpResponse<String> answer) {
        try {
            return answer.body().startsWith("{") ? Json.MAPPER.readTree(answer.body()) : TextNode.valueOf(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void runSync(Partner partner, Path sample) throws Exception {
        ObjectNode out = SyncSample.run(partner, Json.MAPPER.readTree(Files.readAllBytes(sample.resolve("in.sync.json"))));
        READ.add(sample.resolve("in.sync.json"));
        check(sample.resolve("out.objects.json"), out.path("objects"), true);
        check(sample.resolve("out.dead-letters.json"), out.path("deadLetters"), out.has("deadLetters"));
    }

    private static ObjectNode json(DeadLetter letter) {
        return Json.MAPPER.createObjectNode().put("source", letter.source()).put("stage", letter.stage())
                .put("code", letter.code()).put("message", letter.message())
                .put("raw", new String(letter.raw(), StandardCharsets.UTF_8));
    }

    /** @param expected whether the file must be there; when not, it must not */
    private static void check(Path file, JsonNode actual, boolean expected) throws IOException {
        READ.add(file);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        String text = Json.MAPPER.writer(printer).writeValueAsString(actual) + "\n";
        if (UPDATE && expected) {
            Files.writeString(file, text);
        } else if (UPDATE) {
            Files.deleteIfExists(file);
        }
        assertThat(Files.exists(file)).as("%s exists", file).isEqualTo(expected);
        if (expected) {
            assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
        }
    }

    private static List<Path> unused() throws IOException {
        List<Path> unused = new ArrayList<>(files("glob:**/samples/**"));
        unused.removeIf(file -> READ.contains(file) || file.getFileName().toString().equals("in.http")
                // a destination's sample, which has a runner of its own
                || Files.exists(file.resolveSibling("in.events.json")));
        return unused;
    }

    private static List<Path> files(String glob) throws IOException {
        try (Stream<Path> all = Files.walk(ROUTES)) {
            return all.filter(Files::isRegularFile)
                    .filter(ROUTES.getFileSystem().getPathMatcher(glob)::matches).sorted().toList();
        }
    }
}
