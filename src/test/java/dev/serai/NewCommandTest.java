package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class NewCommandTest {

    private static final BinaryOperator<String> NOBODY = (question, standard) -> standard;

    @TempDir
    private Path routes;

    private record Run(int exit, String out, String err) { }

    private Run make(BinaryOperator<String> person, String... arguments) {
        return run(new CommandLine(new NewCommand(person)), List.of(arguments));
    }

    private Run serai(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        return run(Serai.commandLine(), all);
    }

    private Run run(CommandLine command, List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(arguments);
        all.add("--routes=" + routes);
        int exit = command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        return new Run(exit, out.toString(), err.toString());
    }

    private JsonNode json(String file) throws IOException {
        return Json.MAPPER.readTree(Files.readAllBytes(routes.resolve(file)));
    }

    private void isCleanAndPasses(String partner, int samples) {
        Run check = serai("check", partner);
        assertThat(check.out()).isEqualTo("1 folder, nothing wrong\n");
        assertThat(check.exit()).isZero();
        Run test = serai("test", partner);
        assertThat(test.out()).contains(samples + " samples, 0 differ");
        assertThat(test.exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "header", "hmac-sha256", "hmac-sha256-base64", "hmac-sha1", "none"})
    void makesAWebhookWhoseSampleIsTheEventOfARequestThatIsLetIn(String signature) throws Exception {
        Run run = make(NOBODY, "acme", "--webhook", "--signature", signature);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("acme-webhook.jslt", "./serai test acme --update", "./serai send acme/order-paid");
        JsonNode events = json("acme/samples/order-paid/out.events.json");
        assertThat(events).hasSize(1);
        assertThat(events.at("/0/event").asText()).isEqualTo("Order Completed");
        assertThat(events.at("/0/userId").asText()).isEqualTo("user-4711");
        assertThat(events.at("/0/properties/total").asDouble()).isEqualTo(27.5);
        assertThat(routes.resolve("acme/samples/order-paid/out.response.json")).doesNotExist();
        isCleanAndPasses("acme", 1);
        assertThat(serai("check", "--strict", "acme").out()).isEqualTo("1 folder, nothing wrong\n");

        // what proves it is asked for
        if (!signature.equals("none")) {
            Path in = routes.resolve("acme/samples/order-paid/in.http");
            Files.writeString(in, Files.readAllLines(in).stream().filter(line -> !line.startsWith("X-Acme")
                    && !line.startsWith("Authorization")).reduce("", (all, line) -> all + line + "\n"));
            assertThat(serai("test", "acme").out()).contains("\"status\": 401");
        }
    }

    @Test
    void takesTheItemsAndTheHeaderThatAreTold() throws Exception {
        make(NOBODY, "acme-shop", "--webhook", "--title", "Acme: no", "--signature=hmac-sha256");
        assertThat(routes.resolve("acme-shop")).doesNotExist();

        Run run = make(NOBODY, "acme-shop", "--webhook", "--title", "1984", "--signature=hmac-sha256", "--header=X-Signed",
                "--items=events");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Files.readString(routes.resolve("acme-shop/samples/order-paid/in.http"))).contains("X-Signed: ", "{\"events\": [{");
        assertThat(Files.readString(routes.resolve("acme-shop/partner.yaml"))).startsWith("title: \"1984\"\n")
                .contains("from: header:X-Signed");
        assertThat(json("acme-shop/samples/order-paid/out.events.json")).hasSize(1);
        isCleanAndPasses("acme-shop", 1);
    }

    @Test
    void makesASyncWhoseSampleIsTheObjectsOfAPage() throws Exception {
        Run run = make(NOBODY, "acme", "--sync", "--records", "list");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("./serai sync acme").doesNotContain("./serai send");
        JsonNode objects = json("acme/samples/orders/out.objects.json");
        assertThat(objects.findValuesAsText("collection")).containsExactly("orders", "orders");
        assertThat(objects.at("/1/properties/status").asText()).isEqualTo("open");
        assertThat(Files.readString(routes.resolve("acme/partner.yaml"))).contains("records: list");
        isCleanAndPasses("acme", 1);
    }

    @Test
    void makesADestinationWhoseSampleIsARequestOfTrackEvents() throws Exception {
        Run run = make(NOBODY, "acme", "--destination");

        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode requests = json("acme/samples/track/out.requests.json");
        assertThat(requests).hasSize(1);
        assertThat(requests.at("/0/url").asText()).isEqualTo("https://api.acme.example/v1/events");
        assertThat(requests.at("/0/body/events")).hasSize(1);
        assertThat(requests.at("/0/body/events/0/name").asText()).isEqualTo("Order Completed");
        isCleanAndPasses("acme", 1);
    }

    @Test
    void makesAFolderThatIsEverything() {
        assertThat(make(NOBODY, "acme", "--webhook", "--sync", "--destination").exit()).isZero();

        isCleanAndPasses("acme", 3);
        assertThat(serai("check", "--strict").exit()).isEqualTo(1);
    }

    @Test
    void asksForWhatIsNotToldAndAgainForWhatCannotBe() throws Exception {
        Iterator<String> answers = List.of("Acme & Sons", "webhok", "webhook, destination", "hmac-sha1", "X-Acme-Hmac", "").iterator();
        List<String> questions = new ArrayList<>();

        Run run = make((question, standard) -> {
            questions.add(question + " [" + standard + "]");
            return answers.next();
        }, "acme");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).contains("'webhok' cannot be used");
        assertThat(answers).isExhausted();
        assertThat(questions.get(0)).endsWith("[Acme]");
        assertThat(questions.get(4)).endsWith("[X-Acme-Signature]");
        assertThat(Files.readString(routes.resolve("acme/partner.yaml"))).startsWith("title: Acme & Sons\n")
                .contains("algorithm: hmac-sha1", "from: header:X-Acme-Hmac", "destination:");
        isCleanAndPasses("acme", 2);
    }

    @Test
    void asksNothingWhenToldSo() {
        Run run = make((question, standard) -> {
            throw new IllegalStateException(question);
        }, "acme", "--yes");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(routes.resolve("acme/acme-webhook.camel.yaml")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Acme", "acme_shop", "../acme", "-acme", "acme/shop", "1acme", "acme-", "acme.", ""})
    void refusesABadName(String name) throws Exception {
        Run run = make(NOBODY, "--webhook", "--", name);

        assertThat(run.exit()).isEqualTo(2);
        try (Stream<Path> made = Files.list(routes)) {
            assertThat(made).isEmpty();
        }
    }

    @Test
    void leavesAFolderThatIsThereAsItIs() throws Exception {
        Path mine = Files.writeString(Files.createDirectories(routes.resolve("acme")).resolve("partner.yaml"), "mine");

        Run run = make(NOBODY, "acme");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("is there already");
        assertThat(mine).hasContent("mine");
        try (Stream<Path> files = Files.walk(routes)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(mine);
        }
    }

    @Test
    void refusesOptionsThatDoNotGoTogetherOrCannotBe() {
        for (String options : new String[] {"--sync --items=a", "--webhook --records=a", "--webhook --header=X-A",
            "--webhook --signature=hmac-md5", "--webhook --items=a.b", "--webhook --signature=header --header=a:b",
            "--destination --signature=none"}) {
            List<String> arguments = new ArrayList<>(List.of("acme"));
            arguments.addAll(Arrays.asList(options.split(" ")));
            Run run = make(NOBODY, arguments.toArray(String[]::new));

            assertThat(run.exit()).as(options).isEqualTo(2);
            assertThat(routes.resolve("acme")).as(options).doesNotExist();
        }
    }
}
