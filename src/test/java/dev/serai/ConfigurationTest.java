package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    private Path folder;
    private Path file;
    private final Properties system = new Properties();

    @BeforeEach
    void makeAPartner() throws IOException {
        file = folder.resolve("application.properties");
        Files.createFile(file);
        write("segment/partner.yaml", Files.readString(Path.of("routes/segment/partner.yaml")));
        system.put("serai.routes.dir", folder.resolve("routes").toString());
    }

    @Test
    void tellsEveryProblemAtOnceWithItsPlace() throws IOException {
        Files.writeString(file, """
                serai.warehose.url = jdbc:duckdb:x
                # a comment
                serai.sources.shop.writKey = k
                serai.http.maxInFlight = many
                serai.sources.Bad Name.writeKey = k
                camel.server.port = 99999
                """);

        List<Problem> problems = problems(Map.of("SERAI_DATA_DRI", "x"));

        assertThat(problems).extracting(Problem::toString)
                .anySatisfy(text -> assertThat(text).startsWith(file + ":1:1: unknown setting 'serai.warehose.url'; "
                        + "did you mean 'serai.warehouse.url'?"))
                .anySatisfy(text -> assertThat(text).startsWith(file + ":3:1:"))
                .anySatisfy(text -> assertThat(text).startsWith(file + ":4:1: 'many' is no whole number"))
                .anySatisfy(text -> assertThat(text).startsWith(file + ":6:1: there is no port 99999"))
                .anySatisfy(text -> assertThat(text).isEqualTo("environment variable SERAI_DATA_DRI: stands for no "
                        + "setting; did you mean 'SERAI_DATA_DIR'?"));
    }

    @Test
    void tellsTokensThatCannotBeUsed() throws IOException {
        Files.writeString(file, "serai.console.token = two words\n");
        assertThat(problems(Map.of())).extracting(Problem::toString).singleElement()
                .satisfies(text -> assertThat(text).startsWith(file + ":1:1: the token has a character that no HTTP header can carry"));

        Files.writeString(file, "serai.console.viewerToken = looks-on\n");
        assertThat(problems(Map.of())).extracting(Problem::toString).singleElement()
                .satisfies(text -> assertThat(text).startsWith(file + ":1:1: a viewer's token is only one beside another"));
    }

    @Test
    void letsTheEnvironmentOverrideTheFileAndSystemPropertiesOverrideBoth() throws IOException {
        Files.writeString(file, "serai.data.dir = from-file\nserai.sources.shop.writeKey = from-file\n");
        Map<String, String> environment = Map.of("SERAI_DATA_DIR", "from-environment",
                "SERAI_SOURCES_SHOP_WRITEKEY", "key-from-environment");

        Configuration configuration = Configuration.read(file, environment, system, true);
        assertThat(configuration.settings().get("serai.data.dir")).contains("from-environment");
        assertThat(configuration.sources().byName().get("shop").setting("writeKey")).contains("key-from-environment");

        system.put("serai.data.dir", "from-system");
        assertThat(Configuration.read(file, environment, system, true).settings().get("serai.data.dir"))
                .contains("from-system");
    }

    @Test
    void leavesABrokenPartnerFolderOutAndKeepsTheRest() throws IOException {
        write("broken/partner.yaml", "title: Broken\ndescripton: typo\n");
        write("worse/partner.yaml", "title: [\n");

        Configuration configuration = Configuration.read(file, Map.of(), system, false);

        assertThat(configuration.folders().partners()).containsOnlyKeys("segment");
        assertThat(configuration.folders().problems()).extracting(Problem::file)
                .contains(folder.resolve("routes/broken/partner.yaml").toString(),
                        folder.resolve("routes/worse/partner.yaml").toString());
        assertThatThrownBy(() -> Configuration.read(file, Map.of(), system, true))
                .isInstanceOf(SettingsException.class).hasMessageContaining("descripton");
    }

    @Test
    void refusesTwoSourcesThatWouldShareAKeyOrASchema() throws IOException {
        Files.writeString(file, """
                serai.sources.my-shop.writeKey = same
                serai.sources.my_shop.writeKey = same
                """);

        assertThat(problems(Map.of())).extracting(Problem::what)
                .anySatisfy(what -> assertThat(what).contains("share a schema"))
                .anySatisfy(what -> assertThat(what).contains("the same write key"));
    }

    @Test
    void neverShowsASecretInAProblem() throws IOException {
        Files.writeString(file, "serai.sources.shop.writeKey = very-secret\nserai.sources.shop.nope = very-secret\n");

        assertThat(problems(Map.of()).toString()).doesNotContain("very-secret");
    }

    private List<Problem> problems(Map<String, String> environment) {
        try {
            Configuration.read(file, environment, system, false);
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    private void write(String path, String text) throws IOException {
        Path target = folder.resolve("routes").resolve(path);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }
}
