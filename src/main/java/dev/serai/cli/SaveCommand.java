package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.cli.LiveStream.Said;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.partner.Partner.Setting;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.sample.Masking;
import dev.serai.sample.SampleJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code serai save}: what a hub has as a sample of a partner folder, with personal data masked. Nothing is written before all
 * of it is there and masked, and never over a sample that exists.
 */
@Command(name = "save", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Saves an event, an object or a dead letter of a running hub as a sample, with personal data masked.",
        "An event or an object becomes what a destination gets (in.events.json); a webhook's dead letter becomes the request "
                + "of its source (in.http). 'serai test PARTNER/SAMPLE --update' then writes what comes out. A name in running text "
                + "that nothing else tells cannot be known for one: read the file before you commit it."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai save braze/order --message-id 018f3c5a-7d21",
            "  serai save braze/next --next website",
            "  serai save webhook/charge --object stripe/charges/ch_1",
            "  serai save braze/no-user --dead-letter 2f5b8c1e"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:saved",
            "1:no hub answers, it refuses, or it does not have it",
            "2:wrong usage; the output says what to mend"})
public final class SaveCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][\\w-]*)/([A-Za-z0-9][\\w.-]*)");
    private static final String SETTINGS = "in.settings.json";

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Parameters(paramLabel = "PARTNER/SAMPLE", description = "The partner's folder, and a name for the sample.")
    private String name;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private What what;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "How long --next waits (default: ${DEFAULT-VALUE}).")
    private long timeoutSeconds;

    @Option(names = "--routes", paramLabel = "DIRECTORY", description = "The partner folders (default: serai.routes.dir, "
            + "or routes).")
    private Path routes;

    /** One of them. */
    static final class What {

        @Option(names = "--message-id", paramLabel = "ID", description = "An event; may be repeated.")
        private List<String> messageIds;

        @Option(names = "--next", paramLabel = "SOURCE", description = "The next event of this source.")
        private String next;

        @Option(names = "--object", paramLabel = "SOURCE/COLLECTION/ID", description = "An object.")
        private String object;

        @Option(names = "--dead-letter", paramLabel = "ID", description = "A dead letter, by the id in GET /api/dead-letters.")
        private String deadLetter;
    }

    /** A hub that does not give it, told already. */
    private static final class NotGiven extends Exception {

        private static final long serialVersionUID = 1;

        NotGiven(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = hub.settings(List.of());
        Partner partner = partner(settings);
        Path sample = sample(partner);
        HubApi api = new HubApi(hub, token, settings);
        try {
            if (what.deadLetter != null) {
                deadLetter(api, partner, sample);
            } else if (what.object != null) {
                saveEvents(partner, sample, List.of(object(api)));
            } else if (what.next != null) {
                saveEvents(partner, sample, List.of(next(settings)));
            } else {
                List<JsonNode> events = new ArrayList<>();
                for (String id : what.messageIds) {
                    events.add(get(api, "/api/events?messageId=" + encoded(id)).path("event"));
                }
                saveEvents(partner, sample, events);
            }
            return CommandLine.ExitCode.OK;
        } catch (NotGiven e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            spec.commandLine().getErr().println(api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Partner partner(Settings settings) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw wrong(name, "is no name of a sample", "write PARTNER/SAMPLE, such as braze/order");
        }
        PartnerFolders folders = PartnerFolders.read(routes == null ? Path.of(settings.text(SettingKey.ROUTES_DIR)) : routes);
        Partner partner = folders.partners().get(parts.group(1));
        if (partner == null) {
            List<Problem> problems = new ArrayList<>(folders.problems());
            problems.add(new Problem(name, 0, 0, "there is no partner '" + parts.group(1) + "'", "there are "
                    + String.join(", ", folders.partners().keySet())));
            throw new SettingsException(problems);
        }
        return partner;
    }

    private Path sample(Partner partner) {
        Path sample = partner.folder().resolve("samples").resolve(name.substring(name.indexOf('/') + 1));
        if (Files.exists(sample)) {
            throw wrong(sample.toString(), "is there already", "give the sample another name");
        }
        return sample;
    }

    private static SettingsException wrong(String where, String what, String remedy) {
        return new SettingsException(new Problem(where, 0, 0, what, remedy));
    }

    private JsonNode get(HubApi api, String path) throws IOException, InterruptedException, NotGiven {
        HubApi.Answer answer = api.get(path);
        if (answer.status() != 200) {
            throw new NotGiven(api.refused(answer));
        }
        return answer.json();
    }

    private JsonNode object(HubApi api) throws IOException, InterruptedException, NotGiven {
        String[] parts = what.object.split("/", 3);
        if (parts.length < 3) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--object must be SOURCE/COLLECTION/ID");
        }
        return get(api, "/api/objects?source=" + encoded(parts[0]) + "&collection=" + encoded(parts[1]) + "&id=" + encoded(parts[2]))
                .path("object");
    }

    private JsonNode next(Settings settings) throws IOException, InterruptedException, NotGiven {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.address(settings)
                + "/api/events/stream?kind=accepted&kind=unplanned&source=" + encoded(what.next)));
        token.addTo(request, settings);
        try (LiveStream stream = LiveStream.open(HubOptions.client(), request)) {
            if (!stream.isOpen()) {
                throw new NotGiven("The hub refuses (status " + stream.status() + "): " + Terminal.visible(stream.refusal()));
            }
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                Said said = stream.next(left);
                if (said == null || said == Said.END) {
                    break;
                }
                if (said.name().equals("listening")) {
                    spec.commandLine().getErr().println("Waiting for an event of " + what.next + ".");
                } else if (said.name().equals("accepted") || said.name().equals("unplanned")) {
                    return Json.MAPPER.readTree(said.data());
                }
            }
        }
        throw new NotGiven("No event of '" + what.next + "' came.");
    }

    private void deadLetter(HubApi api, Partner partner, Path sample) throws IOException, InterruptedException, NotGiven {
        JsonNode letters = get(api, "/api/dead-letters?limit=1&id=" + encoded(what.deadLetter)).path("deadLetters");
        if (letters.isEmpty()) {
            throw new NotGiven("The hub has no dead letter '" + Terminal.visible(what.deadLetter) + "'.");
        }
        DeadLetter letter = DeadLetter.parse(Json.MAPPER.writeValueAsBytes(letters.get(0)));
        if (!letter.stage().equals("mapping")) {
            saveEvents(partner, sample, List.of(event(letter)));
            return;
        }
        if (partner.source().isEmpty()) {
            throw wrong(name, "'" + partner.slug() + "' is no partner that data comes in from, and this is a webhook's dead letter",
                    "name the partner whose webhook it was");
        }
        Masking masking = new Masking();
        WebhookSample webhook = new WebhookSample(partner);
        String request = webhook.of(letter.raw(), masking);
        write(sample, Map.of("in.http", request), "in.http", masking);
        webhook.notes().forEach(spec.commandLine().getErr()::println);
    }

    private JsonNode event(DeadLetter letter) {
        try {
            JsonNode event = Json.MAPPER.readTree(letter.raw());
            if (event != null && event.hasNonNull("source") && (event.has("messageId") || event.has("collection"))) {
                return event;
            }
        } catch (IOException e) {
            // told below
        }
        throw wrong(what.deadLetter, "a dead letter of stage '" + Terminal.visible(letter.stage())
                + "' holds no event as a destination gets it, nor a webhook's request", "name one of stage mapping, routing or delivery");
    }

    private void saveEvents(Partner partner, Path sample, List<JsonNode> events) {
        if (partner.destination().isEmpty()) {
            throw wrong(name, "'" + partner.slug() + "' is no partner that events go out to", "name a destination's folder");
        }
        ArrayNode all = Json.MAPPER.createArrayNode().addAll(events);
        Masking masking = new Masking();
        Map<String, String> files = new TreeMap<>();
        files.put("in.events.json", SampleJson.pretty(masking.mask(all)) + "\n");
        try {
            String settings = settings(partner);
            if (!settings.isEmpty()) {
                files.put(SETTINGS, settings);
            }
        } catch (IOException e) {
            throw wrong(partner.folder().resolve("samples").toString(), "cannot be read: " + e.getMessage(), "check its permissions");
        }
        write(sample, files, "in.events.json", masking);
    }

    /** Those that most samples of the partner have; without any, something for each that is required. */
    private static String settings(Partner partner) throws IOException {
        Path samples = partner.folder().resolve("samples");
        Map<String, Integer> used = new TreeMap<>();
        if (Files.isDirectory(samples)) {
            List<Path> folders;
            try (Stream<Path> entries = Files.list(samples)) {
                folders = entries.map(folder -> folder.resolve(SETTINGS)).filter(Files::isRegularFile).sorted().toList();
            }
            for (Path file : folders) {
                used.merge(Files.readString(file), 1, Integer::sum);
            }
        }
        if (!used.isEmpty()) {
            return used.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
        }
        ObjectNode made = Json.MAPPER.createObjectNode();
        partner.destination().orElseThrow().settings().forEach((setting, declared) -> {
            if (declared.required() && declared.defaultValue().isEmpty()) {
                made.put(setting, standIn(setting, declared));
            }
        });
        return made.isEmpty() ? "" : SampleJson.pretty(made) + "\n";
    }

    private static String standIn(String name, Setting setting) {
        boolean isSet = !setting.sandbox().isEmpty() && !setting.sandbox().contains(Setting.SANDBOX_ADDRESS);
        return isSet ? setting.sandbox() : switch (setting.kind()) {
            case URL -> "https://api.example.com";
            case FLAG -> "true";
            case NUMBER, POSITIVE -> "1";
            default -> "sample-" + name;
        };
    }

    private void write(Path sample, Map<String, String> files, String first, Masking masking) {
        try {
            Files.createDirectories(sample);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(sample.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw wrong(sample.toString(), "cannot be written: " + e.getMessage(), "check its permissions");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(sample.resolve(first) + ": " + Outgoing.plural(masking.count(), "value") + " masked");
        out.println("Read it, then run ./serai test " + name + " --update");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
