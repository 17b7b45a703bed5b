package dev.serai;

import dev.serai.partner.Partner;
import dev.serai.partner.Webhook;
import dev.serai.sample.HttpFile;
import dev.serai.sample.HttpFile.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Every secret that the hub under test is told: those of the samples, and made-up ones of a sealed source for each partner. */
final class Secrets {

    private static final String SEALED = "-sealed";

    private final Map<String, String> settings;
    private final Set<String> values = new TreeSet<>();

    private Secrets(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Adds a source with all secrets for each partner that posts. */
    static Secrets addTo(Map<String, String> settings, Map<String, Partner> partners) {
        Secrets secrets = new Secrets(settings);
        for (Partner partner : partners.values()) {
            if (partner.source().isPresent() && !WebhookSeeds.requests(partner).isEmpty()) {
                partner.source().get().settings().forEach((name, setting) -> {
                    if (setting.secret()) {
                        settings.put(key(partner, "partner"), partner.slug());
                        settings.put(key(partner, name), "made-up-" + partner.slug() + "-" + name + "-9f2c");
                    }
                });
            }
        }
        settings.forEach((key, value) -> {
            String[] parts = key.split("\\.", 4);
            if (parts.length == 4 && parts[1].equals("sources")) {
                Partner partner = partners.get(settings.getOrDefault("serai.sources." + parts[2] + ".partner", parts[2]));
                if (partner != null && partner.source().isPresent() && partner.source().get().settings().containsKey(parts[3])
                        && partner.source().get().settings().get(parts[3]).secret()) {
                    secrets.add(value);
                }
            }
        });
        return secrets;
    }

    private static String key(Partner partner, String setting) {
        return "serai.sources." + partner.slug() + SEALED + "." + setting;
    }

    /** A setting may hold several, and one may be a user and a password. */
    private void add(String setting) {
        for (String value : setting.split("[\\s,]+")) {
            values.add(value);
            values.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
            values.add(value.substring(value.indexOf(':') + 1));
        }
    }

    /** Those that a text tells. */
    List<String> in(String text) {
        return values.stream().filter(text::contains).toList();
    }

    /** The request, to the partner's sealed source, with what must be shown to it where one is to show something. */
    HttpFile shownIn(HttpFile request, Partner partner, Mutations mutations) {
        Webhook webhook = partner.source().orElseThrow().webhook();
        List<Header> headers = new ArrayList<>(request.headers());
        if (!request.path().startsWith("/webhooks/")) {
            replace(headers, "Authorization", basic(settings.get(key(partner, "writeKey"))));
            return new HttpFile(request.method(), request.path(), headers, request.body());
        }
        String source = "/webhooks/" + partner.slug() + "/" + partner.slug() + SEALED;
        String path = source;
        for (Webhook.Secret secret : webhook.secrets()) {
            String value = settings.get(key(partner, secret.setting()));
            switch (secret.in().where()) {
                case HEADER -> replace(headers, secret.in().name(), value);
                case BEARER -> replace(headers, "Authorization", "Bearer " + value);
                case BASIC -> replace(headers, "Authorization", basic(value));
                case PATH -> path = source + "/" + value;
                default -> { }
            }
        }
        if (mutations.oneIn(3)) {
            // a secret that is nearly right, or at the wrong place
            path = path + (path.equals(source) ? "" : "x") + "?" + String.join("&", values.stream().limit(3).toList());
        }
        return new HttpFile(request.method(), path, headers, request.body());
    }

    private static String basic(String value) {
        return "Basic " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static void replace(List<Header> headers, String name, String value) {
        headers.removeIf(header -> header.name().equalsIgnoreCase(name));
        headers.add(new Header(name, value));
    }
}
