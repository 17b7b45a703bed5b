package dev.serai.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.JsonSchema;
import dev.serai.model.Problem;
import dev.serai.partner.YamlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that is wrong with a partner's folder, or with the routing file, as far as it can be told from the files
 * alone. One mistake does not hide another: a file that is no YAML is the only one that is not looked at further.
 */
public final class FolderCheck {

    private static final JsonSchema CAMEL = YamlFile.schema("/schema/camelYamlDsl.json");
    private static final JsonSchema PARTNER = YamlFile.schema("/schema/partner.schema.json");
    private static final String DESCRIPTION_FILE = "partner.yaml";
    private static final String MAPPING = ".jslt";

    private final EndpointCheck endpoints;

    public FolderCheck(EndpointCheck endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * All but what {@link dev.serai.partner.PartnerFolders} tells of its {@code partner.yaml}.
     *
     * @param strict whether events that no sample produces are told
     */
    public List<Problem> folder(Path folder, boolean strict) {
        List<Problem> problems = new ArrayList<>();
        List<Path> files = files(folder);
        List<RouteFile> routes = new ArrayList<>();
        files.stream().filter(file -> file.getParent().equals(folder) && file.toString().endsWith(RouteFile.ENDING))
                .forEach(file -> route(file, folder.getFileName().toString(), problems).ifPresent(routes::add));
        DirectCheck.check(routes, problems);
        List<RouteFile> all = new ArrayList<>(routes);
        YamlFile.Checked partner = YamlFile.read(folder.resolve(DESCRIPTION_FILE), PARTNER);
        if (partner.tree() != null) {
            all.add(new RouteFile(folder.resolve(DESCRIPTION_FILE), partner.tree(), partner.places()));
        }
        MappingCheck.check(folder, all, files.stream().filter(file -> file.getParent().equals(folder)
                && file.toString().endsWith(MAPPING)).toList(), problems);
        JsonNode tree = partner.tree() == null ? MissingNode.getInstance() : partner.tree();
        SampleCheck samples = new SampleCheck(tree, files);
        samples.missing(routes, problems);
        if (strict && partner.tree() != null) {
            samples.unseenEvents(all.get(all.size() - 1), problems);
        }
        SecretCheck.check(tree, files, problems);
        return problems;
    }

    /** The routing file, which stands beside the folders. */
    public List<Problem> routing(Path file) {
        if (!Files.exists(file)) {
            return List.of(new Problem(file.toString(), 0, 0, "there is no routing file",
                    "write one; the hub comes with one that sends everything everywhere"));
        }
        List<Problem> problems = new ArrayList<>();
        route(file, "", problems).ifPresent(route -> DirectCheck.check(List.of(route), problems));
        SecretCheck.check(MissingNode.getInstance(), List.of(file), problems);
        return problems;
    }

    /** Why a route file cannot be built, as far as its text tells. */
    public List<Problem> mistakes(Path file, String partner) {
        List<Problem> problems = new ArrayList<>();
        buildable(file, partner, problems);
        return problems;
    }

    private Optional<RouteFile> route(Path path, String partner, List<Problem> problems) {
        Optional<RouteFile> route = buildable(path, partner, problems);
        route.ifPresent(file -> RouteCheck.check(file, problems));
        return route;
    }

    private Optional<RouteFile> buildable(Path path, String partner, List<Problem> problems) {
        YamlFile.Checked checked = YamlFile.read(path, CAMEL);
        problems.addAll(checked.problems());
        if (checked.tree() == null) {
            return Optional.empty();
        }
        RouteFile file = new RouteFile(path, checked.tree(), checked.places());
        ExpressionCheck.check(file, endpoints.context(), problems);
        endpoints.check(file, partner, problems);
        return Optional.of(file);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
