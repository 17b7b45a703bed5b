package dev.serai.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys that look real. A partner folder is shared, so a key in it is out. What samples set for a secret setting was made
 * up, and may stand in what they send too. A problem never shows the key.
 */
final class SecretCheck {

    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final Map<String, Pattern> KEYS = keys();

    private SecretCheck() {
    }

    private static Map<String, Pattern> keys() {
        Map<String, Pattern> keys = new LinkedHashMap<>();
        keys.put("a private key", Pattern.compile("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"));
        keys.put("a live key of Stripe", Pattern.compile("\\b[sr]k_live_[A-Za-z0-9]{10,}"));
        keys.put("a token of Slack", Pattern.compile("\\bxox[abeoprs]-[A-Za-z0-9-]{10,}"));
        keys.put("a webhook of Slack", Pattern.compile("hooks\\.slack\\.com/services/T[A-Z0-9]{7,}/B[A-Z0-9]{7,}/[A-Za-z0-9]{16,}"));
        keys.put("an access key of AWS", Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b"));
        keys.put("a key of SendGrid", Pattern.compile("\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"));
        keys.put("a token of Shopify", Pattern.compile("\\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}"));
        keys.put("a token of GitHub", Pattern.compile("\\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"));
        keys.put("a key of Google", Pattern.compile("\\bAIza[A-Za-z0-9_-]{35}"));
        return keys;
    }

    /**
     * @param partnerYaml the tree of partner.yaml; it says which settings are secret
     * @param files       what is looked through
     */
    static void check(JsonNode partnerYaml, List<Path> files, List<Problem> problems) {
        Set<String> madeUp = madeUp(secretSettings(partnerYaml), files);
        for (Path file : files) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                for (Map.Entry<String, Pattern> key : KEYS.entrySet()) {
                    Matcher found = key.getValue().matcher(line);
                    while (found.find()) {
                        if (madeUp.stream().noneMatch(value -> value.contains(found.group()))) {
                            problems.add(new Problem(file.toString(), i + 1, found.start() + 1, "this looks like " + key.getKey(),
                                    "revoke it and take it out; a sample sets secrets in its settings, made up"));
                        }
                    }
                }
            }
        }
    }

    private static Set<String> secretSettings(JsonNode partnerYaml) {
        Set<String> names = new HashSet<>();
        for (String part : new String[] {"source", "destination"}) {
            partnerYaml.path(part).path("settings").fields().forEachRemaining(setting -> {
                if (setting.getValue().path("secret").asBoolean()) {
                    names.add(setting.getKey());
                }
            });
        }
        return names;
    }

    private static Set<String> madeUp(Set<String> secrets, List<Path> files) {
        Set<String> values = new HashSet<>();
        for (Path file : files) {
            try {
                if (file.endsWith(Path.of("samples", "settings.properties"))) {
                    Properties properties = new Properties();
                    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                        properties.load(reader);
                    }
                    properties.stringPropertyNames().stream().filter(key -> secrets.contains(key.substring(key.lastIndexOf('.') + 1)))
                            .forEach(key -> values.add(properties.getProperty(key)));
                } else if (file.endsWith("in.settings.json")) {
                    JsonNode settings = Json.MAPPER.readTree(Files.readAllBytes(file));
                    secrets.forEach(name -> values.add(settings.path(name).asText()));
                }
            } catch (IOException | IllegalArgumentException e) {
                // what runs the sample tells it; here it sets no secret
            }
        }
        return values;
    }

    /** Of a file that is text. */
    private static List<String> lines(Path file) {
        try {
            return Files.size(file) > MAX_BYTES ? List.of() : Files.readString(file, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
