package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The folder of a partner that is not there yet. It is made elsewhere and its samples are run there, so that what they
 * are compared with is what the hub makes of them; only then it is put in its place, whole.
 *
 * @param header  with the secret or signature of a webhook; empty where none has it
 * @param items   the member of a webhook's body with the items; empty for the body itself
 * @param records the member of an answer with the records
 */
record NewFolder(String slug, String title, Set<Kind> kinds, Proof proof, String header, String items, String records) {

    static final String WEBHOOK_SAMPLE = "order-paid";

    private static final String COLLECTION = "orders";
    private static final String SECRET = "sample-secret";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String ITEM = "{\"id\": \"evt_0001\", \"type\": \"order.paid\", \"created_at\": \"2026-11-24T09:59:58Z\", "
            + "\"user_id\": \"user-4711\", \"data\": {\"order_id\": \"50314b8e\", \"total\": 27.5, \"currency\": \"EUR\"}}";

    enum Kind {
        WEBHOOK, SYNC, DESTINATION;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** How a webhook proves to be the partner's. */
    enum Proof {
        TOKEN("token", "token", ""), HEADER("header", "secret", ""), HMAC_SHA256("hmac-sha256", "signingKey", "HmacSHA256"),
        HMAC_SHA256_BASE64("hmac-sha256-base64", "signingKey", "HmacSHA256"), HMAC_SHA1("hmac-sha1", "signingKey", "HmacSHA1"),
        NONE("none", "", "");

        private final String word;
        private final String setting;
        private final String mac;

        Proof(String word, String setting, String mac) {
            this.word = word;
            this.setting = setting;
            this.mac = mac;
        }

        String word() {
            return word;
        }

        boolean hasHeader() {
            return this != TOKEN && this != NONE;
        }

        private boolean isBase64() {
            return this == HMAC_SHA256_BASE64;
        }

        static Proof of(String word) {
            return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst().orElseThrow();
        }
    }

    /** @param folder does not exist; its parent does */
    void write(Path folder) throws Exception {
        Path elsewhere = Files.createTempDirectory("serai-new");
        try {
            Path made = elsewhere.resolve(slug);
            for (Map.Entry<String, String> file : files().entrySet()) {
                Path path = made.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            try (SampleRunner runner = new SampleRunner(elsewhere)) {
                for (Path sample : runner.samples(Set.of())) {
                    runner.run(sample, true);
                }
            }
            // beside it first, under a name that is no partner's: a copy that breaks off is no folder
            Path beside = folder.resolveSibling("." + slug + ".new");
            copy(made, beside);
            Files.move(beside, folder);
        } finally {
            delete(elsewhere);
        }
    }

    private Map<String, String> files() throws GeneralSecurityException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("partner.yaml", fill("partner.yaml"));
        if (kinds.contains(Kind.WEBHOOK)) {
            files.put(slug + "-webhook.camel.yaml", fill("webhook.camel.yaml"));
            files.put(slug + "-webhook.jslt", fill("webhook.jslt"));
            files.put("samples/" + WEBHOOK_SAMPLE + "/in.http", fill("webhook.http") + body() + "\n");
        }
        if (!sampleSettings().isEmpty()) {
            files.put("samples/settings.properties", "# What the samples of this folder were recorded with.\n" + sampleSettings());
        }
        if (kinds.contains(Kind.SYNC)) {
            files.put(slug + "-objects.camel.yaml", fill("objects.camel.yaml"));
            files.put("samples/" + COLLECTION + "/in.sync.json", fill("objects.json"));
        }
        if (kinds.contains(Kind.DESTINATION)) {
            files.put(slug + "-events.camel.yaml", fill("events.camel.yaml"));
            files.put(slug + "-event.jslt", fill("event.jslt"));
            files.put(slug + "-request.jslt", fill("request.jslt"));
            files.put("samples/track/in.events.json", fill("events.json"));
            files.put("samples/track/in.settings.json", "{\n  \"apiKey\": \"" + SECRET + "\"\n}\n");
        }
        return files;
    }

    /** What a person would change first. */
    List<String> toEdit() {
        List<String> names = new ArrayList<>(List.of("partner.yaml"));
        if (kinds.contains(Kind.WEBHOOK)) {
            names.add(slug + "-webhook.jslt");
        }
        if (kinds.contains(Kind.DESTINATION)) {
            names.addAll(List.of(slug + "-event.jslt", slug + "-request.jslt"));
        }
        return names;
    }

    /** Of the webhook, as the sample needs it; empty for none. */
    String settings() {
        return proof == Proof.NONE ? "" : "serai.sources." + slug + "." + proof.setting + " = " + SECRET;
    }

    private String sampleSettings() {
        if (!kinds.contains(Kind.WEBHOOK)) {
            return "";
        }
        return (proof == Proof.NONE ? "" : proof.setting + " = " + SECRET + "\n")
                // without what the sync needs the source is off
                + (kinds.contains(Kind.SYNC) ? "baseUrl = https://api." + slug + ".example\napiToken = " + SECRET + "\n" : "");
    }

    private String fill(String template) throws GeneralSecurityException {
        Set<String> words = new HashSet<>();
        kinds.forEach(kind -> words.add(kind.word()));
        boolean isWebhook = kinds.contains(Kind.WEBHOOK);
        boolean isSync = kinds.contains(Kind.SYNC);
        add(words, "source", isWebhook || isSync);
        add(words, "settings", isSync || isWebhook && proof != Proof.NONE);
        add(words, "pulledOnly", isSync && !isWebhook);
        add(words, "array", !items.isEmpty());
        add(words, "token", isWebhook && proof == Proof.TOKEN);
        add(words, "header", isWebhook && proof == Proof.HEADER);
        add(words, "hmac", isWebhook && !proof.mac.isEmpty());
        add(words, "open", isWebhook && proof == Proof.NONE);
        add(words, "shown", proof != Proof.NONE);
        Map<String, String> values = new HashMap<>(Map.of("slug", slug, "title", title, "titleText", text(title),
                "schema", slug.replace('-', '_'), "header", header, "items", items, "records", records, "collection", COLLECTION));
        values.put("whole", text("Say here what " + title + " is, and what comes in from it or goes out to it."));
        values.put("algorithm", proof == Proof.HMAC_SHA1 ? "hmac-sha1" : "hmac-sha256");
        values.put("encoding", proof.isBase64() ? "base64" : "hex");
        values.put("secretStep", proof == Proof.NONE ? "nothing: anyone who knows the address can post events"
                : "serai.sources." + slug + "." + proof.setting + " to what it shows or takes there");
        values.put("headerLine", proof == Proof.TOKEN ? "Authorization: Bearer " + SECRET
                : header + ": " + (proof.mac.isEmpty() ? SECRET : signature()));
        return Template.of(template).fill(words, values);
    }

    private static void add(Set<String> words, String word, boolean is) {
        if (is) {
            words.add(word);
        }
    }

    /** As YAML reads it, in quotes only where it would be something else without. */
    private static String text(String text) {
        try {
            JsonNode read = YAML.readTree("- " + text).get(0);
            return read != null && read.isTextual() && read.textValue().equals(text) ? text
                    : Json.MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            return "\"" + text + "\"";
        }
    }

    private String body() {
        return items.isEmpty() ? ITEM : "{\"" + items + "\": [" + ITEM + "]}";
    }

    private String signature() throws GeneralSecurityException {
        Mac mac = Mac.getInstance(proof.mac);
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), proof.mac));
        byte[] signed = mac.doFinal(body().getBytes(StandardCharsets.UTF_8));
        return proof.isBase64() ? Base64.getEncoder().encodeToString(signed) : HexFormat.of().formatHex(signed);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
