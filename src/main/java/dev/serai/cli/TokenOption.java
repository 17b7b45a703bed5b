package dev.serai.cli;

import dev.serai.model.SettingsException;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import java.net.http.HttpRequest;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a command shows to be let into {@code /api}. */
final class TokenOption {

    @Option(names = "--token", paramLabel = "TOKEN", description = "What serai.console.token is on the hub (default: "
            + "environment variable SERAI_CONSOLE_TOKEN, or the settings).")
    private String token;

    /** @throws SettingsException if the token cannot be sent */
    void addTo(HttpRequest.Builder request, Settings settings) {
        Optional<String> secret = Optional.ofNullable(token).or(() -> settings.get(SettingKey.CONSOLE_TOKEN));
        if (secret.isPresent() && !secret.get().matches("[!-~]+")) {
            throw new SettingsException(settings.problem(SettingKey.CONSOLE_TOKEN.key(),
                    "the token has a character that no HTTP header can carry",
                    "use letters, digits and ASCII punctuation without spaces"));
        }
        secret.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    }
}
