package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.cli.LiveStream.Said;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.sample.NewSample;
import dev.serai.sample.NewSample.Saved;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code serai save}: what a hub has as a sample of a partner folder, with personal data masked, see {@link NewSample}.
 */
@Command(name = "save", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Saves an event, an object or a dead letter of a running hub as a sample, with personal data masked.",
        "An event or an object becomes what a destination gets (in.events.json), in the folder of the SDKs the call that an event "
                + "came by (in.http); a webhook's dead letter becomes the request of its source. 'serai test PARTNER/SAMPLE --update' "
                + "then writes what comes out. A name in running text that nothing else tells cannot be known for one: read the file "
                + "before you commit it."},
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
        NewSample sample = NewSample.named(name, PartnerFolders.read(routes == null ? Path.of(settings.text(SettingKey.ROUTES_DIR))
                : routes));
        HubApi api = new HubApi(hub, token, settings);
        try {
            if (what.deadLetter != null) {
                tell(deadLetter(api, sample));
            } else if (what.object != null) {
                tell(sample.events(List.of(object(api))));
            } else if (what.next != null) {
                tell(sample.events(List.of(next(settings))));
            } else {
                List<JsonNode> events = new ArrayList<>();
                for (String id : what.messageIds) {
                    events.add(get(api, "/api/events?messageId=" + encoded(id)).path("event"));
                }
                tell(sample.events(events));
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

    private Saved deadLetter(HubApi api, NewSample sample) throws IOException, InterruptedException, NotGiven {
        JsonNode letters = get(api, "/api/dead-letters?limit=1&id=" + encoded(what.deadLetter)).path("deadLetters");
        if (letters.isEmpty()) {
            throw new NotGiven("The hub has no dead letter '" + Terminal.visible(what.deadLetter) + "'.");
        }
        return sample.deadLetter(DeadLetter.parse(Json.MAPPER.writeValueAsBytes(letters.get(0))));
    }

    private void tell(Saved saved) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(saved.folder().resolve(saved.files().get(0)) + ": " + Outgoing.plural(saved.masked(), "value") + " masked");
        out.println("Read it, then run ./serai test " + name + " --update");
        saved.notes().forEach(spec.commandLine().getErr()::println);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
