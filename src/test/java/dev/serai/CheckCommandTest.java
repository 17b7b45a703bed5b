package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {

    private static final String PARTNER = """
            title: Acme
            description: Tells what happens in its shop.
            source:
              settings:
                token:
                  description: A bearer token.
                  secret: true
              events:
                order.paid: Order Completed
            """;
    private static final String ROUTE = """
            # What Acme posts.
            - route:
                id: acme-webhook
                description: Acme's reports, to topic events
                from:
                  uri: kamelet:webhook-source
                  parameters:
                    partner: acme
                  steps:
                    - to:
                        uri: kamelet:map-events-action
                        parameters:
                          partner: acme
                          mapping: acme-webhook.jslt
                    - to:
                        uri: kamelet:events-sink
            """;
    private static final String LAST_STEP = """
                    - to:
                        uri: kamelet:events-sink
            """;
    private static final String MAPPING = "{\"type\": \"track\", \"event\": get-key($events, .kind), \"userId\": .user}\n";

    @TempDir
    private Path routes;

    private record Run(int exit, List<String> lines, String err) { }

    @BeforeEach
    void aFolderWithNothingWrong() throws IOException {
        write("partner.yaml", PARTNER);
        write("acme-webhook.camel.yaml", ROUTE);
        write("acme-webhook.jslt", MAPPING);
        write("samples/paid/in.http", "POST /webhooks/acme\n\n{\"kind\":\"order.paid\",\"user\":\"u1\"}\n");
        write("samples/paid/out.events.json", "[{\"event\":\"Order Completed\"}]\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = routes.resolve("acme").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine serai = Serai.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("check"));
        all.addAll(List.of(arguments));
        return new Run(serai.execute(all.toArray(String[]::new)), out.toString().lines().toList(), err.toString());
    }

    /** What is wrong with the folder, each as {@code file:line:column: what; remedy} from the folder on. */
    private List<String> problems(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--routes", routes.toString(), "acme"));
        arguments.addAll(List.of(more));
        Run run = run(arguments.toArray(String[]::new));
        List<String> problems = run.lines().subList(0, run.lines().size() - 1);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(problems.isEmpty() ? 0 : 1);
        assertThat(run.lines()).last().asString().startsWith("1 folder, ");
        return problems.stream().map(line -> line.replace(routes.resolve("acme") + "/", "")).toList();
    }

    /** Puts steps in front of the last one, which then begins at line 10 + their number. */
    private List<String> problemsOfSteps(String steps) throws IOException {
        write("acme-webhook.camel.yaml", ROUTE.replace(LAST_STEP, steps.indent(8) + LAST_STEP));
        return problems();
    }

    @Test
    void findsNothingInTheFoldersThatComeWithTheHub() {
        Run run = run();

        assertThat(run.lines()).singleElement().asString().endsWith(" folders, nothing wrong");
        assertThat(run.exit()).isZero();
    }

    @Test
    void findsNothingInAFolderWithNothingWrong() {
        assertThat(problems()).isEmpty();
    }

    @Test
    void tellsAllProblemsOfAllFilesAtOnce() throws Exception {
        write("partner.yaml", PARTNER.replace("title", "titel"));
        write("acme-webhook.camel.yaml", ROUTE.replace("id: acme-webhook", "id: acme"));
        write("acme-webhook.jslt", "{,}");

        assertThat(problems()).extracting(line -> line.substring(0, line.indexOf(' '))).containsExactly(
                "acme-webhook.camel.yaml:3:9:", "acme-webhook.jslt:1:2:", "partner.yaml:1:1:", "partner.yaml:1:1:");
    }

    @Test
    void tellsWhatPartnerYamlHasWrong() throws Exception {
        write("partner.yaml", PARTNER.replace("secret: true", "secrte: true").replace("Order Completed", "[]"));

        assertThat(problems()).containsExactly(
                "partner.yaml:7:7: unknown property 'secrte'; did you mean 'secret'?",
                "partner.yaml:9:17: array found, string expected; see the partner folders that come with the hub");
    }

    @Test
    void tellsWhatIsNoYaml() throws Exception {
        write("acme-webhook.camel.yaml", "- route:\n    id: [acme\n");
        write("partner.yaml", "title: \"Acme\n");

        assertThat(problems()).satisfiesExactly(
                route -> assertThat(route).startsWith("acme-webhook.camel.yaml:3:1: "),
                mapping -> assertThat(mapping).startsWith("acme-webhook.jslt:1:1: no route"),
                partner -> assertThat(partner).startsWith("partner.yaml:2:1: "));
    }

    @Test
    void tellsAnUnknownPropertyOfAStepOnceAndWhatWasMeant() throws Exception {
        assertThat(problemsOfSteps("""
                - to:
                    uri: log:seen
                    paramters:
                      level: INFO
                - fliter:
                    simple: "${header.a} == 1"
                """)).containsExactly(
                "acme-webhook.camel.yaml:17:13: unknown property 'paramters'; did you mean 'parameters'?",
                "acme-webhook.camel.yaml:19:11: unknown property 'fliter'; did you mean 'filter'?");
    }

    @Test
    void tellsAnUnknownOptionAValueThatDoesNotFitAndAComponentThatIsNotThere() throws Exception {
        assertThat(problemsOfSteps("""
                - to:
                    uri: log:seen
                    parameters:
                      showHeadres: true
                      groupSize: many
                - to:
                    uri: log:seen?showBdy=true
                - to:
                    uri: lgo:seen
                """)).satisfiesExactly(
                option -> assertThat(option).isEqualTo(
                        "acme-webhook.camel.yaml:18:15: component log has no option 'showHeadres'; did you mean 'showHeaders'?"),
                value -> assertThat(value).startsWith("acme-webhook.camel.yaml:19:26: 'many' is no value of groupSize"),
                tail -> assertThat(tail).startsWith("acme-webhook.camel.yaml:21:18: component log has no option 'showBdy'"),
                component -> assertThat(component).startsWith("acme-webhook.camel.yaml:23:18: there is no component 'lgo'"));
    }

    @Test
    void tellsWhatAKameletDoesNotTakeAndWhatItMisses() throws Exception {
        assertThat(problemsOfSteps("""
                - to:
                    uri: kamelet:map-events-action
                    parameters:
                      partner: acne
                      maping: acme-webhook.jslt
                - to:
                    uri: kamelet:event-sink
                """)).containsExactly(
                "acme-webhook.camel.yaml:16:18: Kamelet map-events-action needs the parameter 'mapping'; add it under parameters",
                "acme-webhook.camel.yaml:18:24: 'acne' is another folder; write partner: acme",
                "acme-webhook.camel.yaml:19:15: Kamelet map-events-action has no parameter 'maping'; did you mean 'mapping'?",
                "acme-webhook.camel.yaml:21:18: there is no Kamelet 'event-sink'; did you mean 'events-sink'?");
    }

    @Test
    void tellsASecondRouteInAFileAnotherNameAndNoDescription() throws Exception {
        write("acme-webhook.camel.yaml", ROUTE + """
                - route:
                    id: acme-more
                    from:
                      uri: kamelet:events-source
                      steps:
                        - stop: {}
                """);

        assertThat(problems()).containsExactly(
                "acme-webhook.camel.yaml:17:3: a second route in one file; give it a file of its own",
                "acme-webhook.camel.yaml:17:3: the route has no description; say in a line what it does",
                "acme-webhook.camel.yaml:18:9: route 'acme-more' is in a file with another name; "
                        + "call the file acme-more.camel.yaml, or the route acme-webhook");
    }

    @Test
    void tellsADirectThatLeadsNowhereAndOneThatNobodySendsTo() throws Exception {
        write("acme-rest.camel.yaml", """
                - route:
                    id: acme-rest
                    description: The rest
                    from:
                      uri: direct:acme-rest
                      steps:
                        - to:
                            uri: direct
                            parameters:
                              name: acme-end
                """);

        assertThat(problemsOfSteps("- to: direct:acme-rets\n")).containsExactly(
                "acme-rest.camel.yaml:5:12: nothing in this folder sends to direct:acme-rest; send to it, or remove the route",
                "acme-rest.camel.yaml:8:18: direct:acme-end is sent to, but no route of this folder begins with it; "
                        + "add that route, or mend the name",
                "acme-webhook.camel.yaml:15:15: direct:acme-rets is sent to, but no route of this folder begins with it; "
                        + "add that route, or mend the name");
        write("acme-end.camel.yaml", Files.readString(routes.resolve("acme/acme-rest.camel.yaml"))
                .replace("acme-rest", "acme-end").replace("uri: direct\n", "uri: log\n"));
        assertThat(problemsOfSteps("- to: direct:acme-rest\n")).singleElement().asString()
                .startsWith("acme-end.camel.yaml:10:15: component log has no option 'name'");
    }

    @Test
    void tellsMappingsThatDoNotCompileAreMissingOrThatNobodyNames() throws Exception {
        write("acme-webhook.jslt", "{\n  \"type\": \"track\",\n  \"event\": .kind,,\n}\n");
        write("acme-old.jslt", ".");
        assertThat(problemsOfSteps("""
                - to:
                    uri: kamelet:map-events-action
                    parameters:
                      partner: acme
                      mapping: acme-nwe.jslt
                """)).satisfiesExactly(
                old -> assertThat(old).isEqualTo(
                        "acme-old.jslt:1:1: no route and no collection of this folder names this mapping; name it, or remove it"),
                missing -> assertThat(missing).isEqualTo(
                        "acme-webhook.camel.yaml:19:24: there is no mapping 'acme-nwe.jslt'; write it, or mend the name"),
                bad -> assertThat(bad).startsWith("acme-webhook.jslt:3:18: "));
    }

    @Test
    void tellsRoutesWithoutASampleAndFilesThatNoSampleReads() throws Exception {
        Files.delete(routes.resolve("acme/samples/paid/in.http"));
        write("partner.yaml", PARTNER + "destination:\n  settings:\n    url: {description: Where.}\n");
        write("acme-events.camel.yaml", """
                - route:
                    id: acme-events
                    description: Events to Acme
                    from:
                      uri: kamelet:deliveries-source
                      parameters:
                        partner: acme
                      steps:
                        - to:
                            uri: kamelet:request-sink
                            parameters:
                              partner: acme
                """);

        assertThat(problems()).containsExactly(
                "acme-events.camel.yaml:5:12: there is no sample of this route; "
                        + "record one as samples/<case>/in.events.json and run ./serai test --update",
                "acme-webhook.camel.yaml:6:12: there is no sample of this route; "
                        + "record one as samples/<case>/in.http and run ./serai test --update",
                "samples/paid/out.events.json:1:1: no sample reads this file; mend its name, or remove it");
    }

    @Test
    void tellsEventsThatNoSampleProducesOnlyWhenStrict() throws Exception {
        write("partner.yaml", PARTNER + "    order.sent: Order Shipped\n");

        assertThat(problems()).isEmpty();
        assertThat(problems("--strict")).containsExactly("partner.yaml:10:5: no sample produces 'Order Shipped'; record one");
    }

    @Test
    void tellsKeysThatLookRealWithoutShowingThem() throws Exception {
        // put together, so that no key stands in this file
        String[] keys = {"sk_" + "live_51HqLyjWDarjtT1zdp7dc", "xox" + "b-123456789012-abcdefghijkl",
            "AKI" + "AIOSFODNN7EXAMPLE", "-----BEGIN " + "RSA PRIVATE KEY-----", "S" + "G.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8",
            "shp" + "at_0123456789abcdef0123456789abcdef", "gh" + "p_0123456789abcdefghijABCDEFGHIJ012345"};
        write("README.md", "# Acme\n\n  " + String.join("\n  ", keys) + "\n");

        assertThat(problems()).hasSize(keys.length).allSatisfy(line -> assertThat(keys).noneMatch(line::contains))
                .extracting(line -> line.substring(0, line.indexOf(';'))).containsExactly(
                        "README.md:3:3: this looks like a live key of Stripe", "README.md:4:3: this looks like a token of Slack",
                        "README.md:5:3: this looks like an access key of AWS", "README.md:6:3: this looks like a private key",
                        "README.md:7:3: this looks like a key of SendGrid", "README.md:8:3: this looks like a token of Shopify",
                        "README.md:9:3: this looks like a token of GitHub");
    }

    @Test
    void letsSamplesSetSecretSettingsToWhatLooksReal() throws Exception {
        String key = "sk_" + "live_51HqLyjWDarjtT1zdp7dc";
        write("samples/settings.properties", "acme-two.partner = acme\nacme-two.token = " + key + "\n");
        write("samples/paid/in.http", "POST /webhooks/acme/acme-two\nAuthorization: Bearer " + key + "\n\n{}\n");
        assertThat(problems()).isEmpty();

        write("samples/settings.properties", "acme-two.partner = acme\nacme-two.region = " + key + "\n");
        assertThat(problems()).extracting(line -> line.substring(0, line.indexOf(';'))).containsExactly(
                "samples/paid/in.http:2:23: this looks like a live key of Stripe",
                "samples/settings.properties:2:19: this looks like a live key of Stripe");
    }

    @Test
    void tellsExpressionsThatAreWrongInSilence() throws Exception {
        assertThat(problemsOfSteps("""
                - filter:
                    jq:
                      expression: .paid
                      resultType: java.lang.Boolean
                    steps:
                      - stop: {}
                - setHeader:
                    name: kind
                    jq: .kind
                - setHeader:
                    name: kind
                    expression:
                      jq:
                        expression: .kind
                        resultType: java.lang.String
                - choice:
                    when:
                      - expression:
                          jsonpath: $.paid
                        steps:
                          - stop: {}
                """)).satisfiesExactly(
                predicate -> assertThat(predicate).isEqualTo("acme-webhook.camel.yaml:18:15: "
                        + "a jq predicate with this resultType is always false; leave resultType out"),
                header -> assertThat(header).isEqualTo("acme-webhook.camel.yaml:23:13: "
                        + "a header from jq keeps the quotes of JSON; add 'resultType: java.lang.String'"),
                jsonpath -> assertThat(jsonpath).isEqualTo("acme-webhook.camel.yaml:33:19: "
                        + "a jsonpath predicate parses the body again each time; use simple on a header, or jq"));
    }

    @Test
    void tellsExpressionsThatDoNotParseAreMissingAndBeansThatAreNotThere() throws Exception {
        assertThat(problemsOfSteps("""
                - filter:
                    simple: "${header.a} == == 1"
                    steps:
                      - process:
                          ref: acmeBean
                - filter:
                    jq: .a |||
                    steps:
                      - stop: {}
                - setBody: {}
                """)).satisfiesExactly(
                simple -> assertThat(simple).startsWith("acme-webhook.camel.yaml:16:21: this is no simple: "),
                bean -> assertThat(bean).startsWith("acme-webhook.camel.yaml:19:24: there is no bean 'acmeBean'"),
                jq -> assertThat(jq).startsWith("acme-webhook.camel.yaml:21:17: this is no jq: "),
                none -> assertThat(none).isEqualTo("acme-webhook.camel.yaml:24:11: there is no expression; add one, such as simple"));
    }

    @Test
    void tellsWhatOnlyShowsWhenTheRouteIsBuilt() throws Exception {
        assertThat(problemsOfSteps("- setBody:\n    groovy: \"1\"\n")).singleElement().asString()
                .startsWith("acme-webhook.camel.yaml:1:1: ").contains("groovy");
    }

    @Test
    void looksAtTheRoutingTooUnlessFoldersAreNamed() throws Exception {
        Files.writeString(routes.resolve("routing.camel.yaml"), """
                - route:
                    id: routing
                    description: Who gets what
                    from:
                      uri: kamelet:routing-source
                      steps:
                        - to:
                            uri: kamelet:destination-sink
                            parameters:
                              destnation: acme
                """);

        Run run = run("--routes", routes.toString());
        assertThat(run.lines()).containsExactly(
                routes + "/routing.camel.yaml:8:18: Kamelet destination-sink needs the parameter 'destination'; add it under parameters",
                routes + "/routing.camel.yaml:10:15: Kamelet destination-sink has no parameter 'destnation'; did you mean 'destination'?",
                "1 folder, 2 problems");
        assertThat(problems()).isEmpty();

        Path routing = routes.resolve("routing.camel.yaml");
        Files.writeString(routing, Files.readString(routing).replace("destnation: acme", "destination: acne"));
        assertThat(run("--routes", routes.toString()).lines()).hasSize(2).first().asString()
                .startsWith(routing.toString()).contains("acne");
    }

    @Test
    void saysWhichFolderThereIsNot() {
        Run run = run("--routes", routes.toString(), "acne");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("acne: there is no such folder in " + routes);
        assertThat(run("--routes", routes.resolve("none").toString()).exit()).isEqualTo(2);
    }
}
