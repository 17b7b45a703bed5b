package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.partner.Partner.Setting;
import dev.serai.partner.PartnerFolders;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a hub has, as a sample of a partner folder, with personal data masked: of a destination what it gets
 * ({@code in.events.json}), of a source the request that came ({@code in.http}). Nothing is written before all of it is
 * there and masked, and never over a sample that exists, also if two make the same one at once.
 */
public final class NewSample {

    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][\\w-]*)/([A-Za-z0-9][\\w.-]{0,99})");
    private static final String EVENTS = "in.events.json";
    private static final String REQUEST = "in.http";
    private static final String SETTINGS = "in.settings.json";
    private static final String TAKEN = "is there already";

    private final String name;
    private final Partner partner;
    private final Path folder;

    /**
     * @param folder where it is
     * @param files  their names; the first is what comes in
     * @param masked how many values
     * @param notes  what it still needs, for the person who saves it
     */
    public record Saved(Path folder, List<String> files, int masked, List<String> notes) { }

    private NewSample(String name, Partner partner) {
        this.name = name;
        this.partner = partner;
        this.folder = partner.folder().resolve("samples").resolve(name.substring(name.indexOf('/') + 1));
    }

    /**
     * @param name the partner's folder and a name for the sample, such as {@code braze/order}
     * @throws SettingsException if this is no such name, or the sample is there already
     */
    public static NewSample named(String name, PartnerFolders folders) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw wrong(name, "is no name of a sample", "write PARTNER/SAMPLE, such as braze/order");
        }
        Partner partner = folders.partners().get(parts.group(1));
        if (partner == null) {
            List<Problem> problems = new ArrayList<>(folders.problems());
            problems.add(new Problem(name, 0, 0, "there is no partner '" + parts.group(1) + "'", "there are "
                    + String.join(", ", folders.partners().keySet())));
            throw new SettingsException(problems);
        }
        NewSample sample = new NewSample(name, partner);
        if (Files.exists(sample.folder)) {
            throw sample.taken();
        }
        return sample;
    }

    /** Whether a refusal of this sample is for its name, which another sample has. */
    public static boolean isTaken(SettingsException refusal) {
        return refusal.problems().stream().anyMatch(problem -> problem.what().equals(TAKEN));
    }

    private SettingsException taken() {
        return wrong(folder.toString(), TAKEN, "give the sample another name");
    }

    private static SettingsException wrong(String where, String what, String remedy) {
        return new SettingsException(new Problem(where, 0, 0, what, remedy));
    }

    /**
     * Of events or objects as they are on their topics.
     *
     * @throws SettingsException if it cannot be one of this partner, or cannot be written
     */
    public Saved events(List<JsonNode> events) {
        Masking masking = new Masking();
        JsonNode masked = masking.mask(Json.MAPPER.createArrayNode().addAll(events));
        try {
            if (partner.destination().isPresent()) {
                Map<String, String> files = new TreeMap<>();
                files.put(EVENTS, SampleJson.pretty(masked) + "\n");
                String settings = settings();
                if (!settings.isEmpty()) {
                    files.put(SETTINGS, settings);
                }
                return write(files, masking, List.of());
            }
            if (TrackingSample.isFor(partner) && events.stream().allMatch(event -> event.has("type"))) {
                return write(Map.of(REQUEST, new TrackingSample(partner).of(masked)), masking, List.of());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw wrong(name, "'" + partner.slug() + "' is no partner that events go out to, and what it has sent is not kept",
                "name a destination's folder");
    }

    /**
     * Of a webhook the request, of others the event.
     *
     * @throws SettingsException if it cannot be one of this partner, or cannot be written
     */
    public Saved deadLetter(DeadLetter letter) {
        if (!letter.stage().equals("mapping")) {
            return events(List.of(event(letter)));
        }
        if (partner.source().isEmpty()) {
            throw wrong(name, "'" + partner.slug() + "' is no partner that data comes in from, and this is a webhook's dead letter",
                    "name the partner whose webhook it was");
        }
        try {
            Masking masking = new Masking();
            WebhookSample webhook = new WebhookSample(partner);
            String request = webhook.of(letter.raw(), masking);
            return write(Map.of(REQUEST, request), masking, webhook.notes());
        } catch (IOException e) {
            throw unreadable(e);
        }
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
        throw wrong(name, "a dead letter of stage '" + letter.stage().replaceAll("[^\\w-]", "?")
                + "' holds no event as a destination gets it, nor a webhook's request", "name one of stage mapping, routing or delivery");
    }

    /** Those that most samples of the partner have; without any, something for each that is required. */
    private String settings() throws IOException {
        Path samples = partner.folder().resolve("samples");
        Map<String, Integer> used = new TreeMap<>();
        if (Files.isDirectory(samples)) {
            List<Path> folders;
            try (Stream<Path> entries = Files.list(samples)) {
                folders = entries.map(one -> one.resolve(SETTINGS)).filter(Files::isRegularFile).sorted().toList();
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

    private Saved write(Map<String, String> files, Masking masking, List<String> notes) {
        try {
            Files.createDirectories(folder.getParent());
            // the one that makes the folder has it
            Files.createDirectory(folder);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (FileAlreadyExistsException e) {
            throw taken();
        } catch (IOException e) {
            throw wrong(folder.toString(), "cannot be written: " + e.getMessage(), "check its permissions");
        }
        return new Saved(folder, files.keySet().stream().sorted().toList(), masking.count(), List.copyOf(notes));
    }

    private SettingsException unreadable(IOException e) {
        return wrong(partner.folder().resolve("samples").toString(), "cannot be read: " + e.getMessage(), "check its permissions");
    }
}
