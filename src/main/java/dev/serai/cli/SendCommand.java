package dev.serai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.sample.HttpFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code serai send}: posts a sample or a file to a running hub, and shows what the hub says to it. Everything is read
 * and checked before the first request, so a broken file sends nothing.
 */
@Command(name = "send", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Posts a sample or a file to a running hub, and prints its answers.",
        "A file is a request (.http: request line, headers, empty line, body), or JSON with calls of the tracking "
                + "API: one, an array, one a line, or {\"batch\":[...]}. They are cut into requests that the hub "
                + "takes.",
        "An event with a messageId counts once, however often it is sent."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai send braze/email            routes/braze/samples/email/in.http",
            "  serai send events.json            with the key of the source 'website'",
            "  serai send --write-key KEY --times 100 call.json",
            "  jq -c .[] export.json | serai send -"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:every answer was 2xx",
            "1:no hub answers, or an answer was not 2xx",
            "2:wrong usage, or a file that cannot be sent; the output says where and what to mend"})
public final class SendCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";
    private static final String DEFAULT_KEY = SettingKey.SOURCES_PREFIX + "website.writeKey";
    private static final long LARGEST_FILE = 256L * 1024 * 1024;
    private static final int LISTED = 20;
    private static final int LONGEST_ANSWER = 2_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Parameters(paramLabel = "FILE|PARTNER/SAMPLE", description = "What to send; - is standard input.")
    private String what;

    @Option(names = "--write-key", paramLabel = "KEY", description = "Of the source that JSON calls go to (default: "
            + "that of the source 'website' in the settings).")
    private String writeKey;

    @Option(names = "--times", paramLabel = "N", defaultValue = "1",
            description = "Send it so many times (default: ${DEFAULT-VALUE}).")
    private int times;

    private PrintWriter out;
    private long sent;
    private long failed;
    private long events;
    private long rejected;

    @Override
    public Integer call() throws InterruptedException {
        if (times < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--times must be at least 1");
        }
        out = spec.commandLine().getOut();
        Settings settings = hub.settings(List.of(DEFAULT_KEY));
        String address = hub.address(settings);
        List<Outgoing> requests = requests(settings);
        String broken = send(requests, address);
        if (broken != null) {
            spec.commandLine().getErr().println(broken);
        }
        if (sent > 1) {
            out.println(summary());
        }
        return broken == null && failed == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** What kept it from going on; null if it came to its end. */
    private String send(List<Outgoing> requests, String address) throws InterruptedException {
        try {
            sendAll(requests, address);
            return null;
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return HubOptions.unreachable(address);
        } catch (IOException e) {
            return "No whole answer came from " + address + ": " + Terminal.visible(String.valueOf(e.getMessage()))
                    + ". What was sent last may have counted.";
        }
    }

    private List<Outgoing> requests(Settings settings) {
        String name = what;
        byte[] bytes;
        if (what.equals(STANDARD_INPUT)) {
            name = "standard input";
            bytes = read(null);
        } else {
            Path file = Path.of(what);
            if (!Files.isRegularFile(file)) {
                file = new SampleName(Path.of(settings.text(SettingKey.ROUTES_DIR))).find(what);
            }
            name = file.toString();
            bytes = read(file);
        }
        if (name.endsWith(".http") || !looksLikeJson(bytes)) {
            if (writeKey != null) {
                throw new CommandLine.ParameterException(spec.commandLine(),
                        "--write-key goes with JSON calls; a .http file has headers of its own");
            }
            return HttpFile.parse(name, bytes).stream()
                    .map(file -> new Outgoing(file.method(), file.path(), file.headers(), file.body(), 0)).toList();
        }
        return Batches.of(name, CallFile.parse(name, bytes), () -> key(settings));
    }

    private static byte[] read(Path file) {
        try {
            if (file == null) {
                return System.in.readAllBytes();
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new SettingsException(new Problem(file.toString(), 0, 0, "is larger than 256 MB",
                        "split it; one call a line makes that easy"));
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SettingsException(new Problem(file == null ? "standard input" : file.toString(), 0, 0,
                    "cannot be read: " + e.getMessage(), "check its permissions"));
        }
    }

    /** Nothing at all is broken JSON rather than a broken request. */
    private static boolean looksLikeJson(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '{' || b == '[' || b == (byte) 0xef;
            }
        }
        return true;
    }

    private String key(Settings settings) {
        return writeKey != null ? writeKey : settings.get(DEFAULT_KEY).orElseThrow(() ->
                new SettingsException(new Problem(hub.file().toString(), 0, 0,
                        "there is no setting '" + DEFAULT_KEY + "'", "name the source's key with --write-key")));
    }

    private void sendAll(List<Outgoing> requests, String address) throws IOException, InterruptedException {
        HttpClient client = HubOptions.client();
        boolean all = (long) requests.size() * times <= LISTED;
        for (int time = 0; time < times; time++) {
            for (Outgoing request : requests) {
                HttpResponse<String> answer = client.send(request.to(address), BodyHandlers.ofString());
                boolean good = answer.statusCode() / 100 == 2;
                sent++;
                if (good) {
                    events += request.events();
                    rejected += rejected(answer.body());
                } else {
                    failed++;
                }
                if (all || !good && failed <= LISTED) {
                    out.println(request + "  " + answer.statusCode() + "  "
                            + Terminal.cut(answer.body().strip(), LONGEST_ANSWER));
                }
            }
        }
    }

    private static long rejected(String answer) {
        try {
            return Json.MAPPER.readTree(answer).path("rejectedCount").asLong();
        } catch (JsonProcessingException e) {
            return 0;
        }
    }

    private String summary() {
        return Outgoing.plural(sent, "request") + ": " + (sent - failed) + " answered 2xx, " + failed + " not"
                + (events > 0 ? "; " + Outgoing.plural(events, "event") + ", " + rejected + " of them rejected" : "");
    }
}
