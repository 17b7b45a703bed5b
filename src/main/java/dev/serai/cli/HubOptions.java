package dev.serai.cli;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which hub a command talks to, and the settings it has in common with it when both are of one folder. */
final class HubOptions {

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

    @Option(names = "--url", paramLabel = "URL", description = "The hub (default: http://127.0.0.1:8080, or as "
            + "camel.server.host and camel.server.port say).")
    private String url;

    @Option(names = "--settings", paramLabel = "FILE", defaultValue = "application.properties",
            description = "The file with the hub's settings; need not exist (default: ${DEFAULT-VALUE}).")
    private Path file;

    /** @param also names of settings that the environment may give besides those of the hub */
    Settings settings(Collection<String> also) {
        return Settings.load(file, System.getProperties()).withEnvironment(System.getenv(), also);
    }

    Path file() {
        return file;
    }

    /** Without a slash at its end. */
    String address(Settings settings) {
        if (url == null) {
            String host = settings.text(SettingKey.SERVER_HOST);
            String port = settings.text(SettingKey.SERVER_PORT);
            return "http://" + (ANY_ADDRESS.contains(host) ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host)
                    + ":" + (port.equals("0") ? SettingKey.SERVER_PORT.defaultValue() : port);
        }
        try {
            URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri.toString();
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new SettingsException(new Problem("--url=" + url, 0, 0, "is no address of a hub",
                "write it like http://127.0.0.1:8080"));
    }

    static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_PATIENCE).build();
    }

    static String unreachable(String address) {
        return "No hub answers at " + address + "; start one with './serai run', or name it with --url.";
    }
}
