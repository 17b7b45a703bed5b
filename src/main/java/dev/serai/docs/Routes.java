package dev.serai.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.serai.partner.Partner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the route files of a folder say of themselves. One that cannot be read is left out: that is told where routes are
 * loaded.
 *
 * @param described name and description of each
 * @param kamelets  those that any of them uses
 */
record Routes(List<Route> described, Set<String> kamelets) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String KAMELET = "kamelet:";
    private static final String SIGNATURE = "-signature-action";

    record Route(String name, String description) { }

    static Routes of(Partner partner) {
        List<Route> described = new ArrayList<>();
        Set<String> kamelets = new LinkedHashSet<>();
        for (Path file : partner.routes()) {
            JsonNode yaml;
            try {
                yaml = YAML.readTree(file.toFile());
            } catch (IOException e) {
                continue;
            }
            for (JsonNode uri : yaml.findValues("uri")) {
                if (uri.asText().startsWith(KAMELET)) {
                    kamelets.add(uri.asText().substring(KAMELET.length()));
                }
            }
            yaml.findValues("route").forEach(route ->
                    described.add(new Route(route.path("id").asText(), route.path("description").asText())));
        }
        return new Routes(described, kamelets);
    }

    boolean hasWebhook() {
        return kamelets.contains("webhook-source");
    }

    /** What a Kamelet says that checks a signature which {@code partner.yaml} has no words for. */
    List<String> signatures() {
        return kamelets.stream().filter(name -> name.endsWith(SIGNATURE)).map(Routes::description).toList();
    }

    private static String description(String kamelet) {
        try (InputStream file = Routes.class.getResourceAsStream("/kamelets/" + kamelet + ".kamelet.yaml")) {
            return file == null ? kamelet : YAML.readTree(file).at("/spec/definition/description").asText(kamelet);
        } catch (IOException e) {
            return kamelet;
        }
    }
}
