package dev.serai.trait;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionFolderTest {

    @TempDir
    private Path directory;
    private DefinitionFolder folder;

    @BeforeEach
    void open() {
        folder = new DefinitionFolder(directory, List.of("warehouse"), () -> Set.of("braze"));
    }

    private void write(String file, String yaml) throws Exception {
        Files.writeString(directory.resolve(file), yaml);
    }

    @Test
    void readsAgainWhatHasChangedAndNothingElse() throws Exception {
        write("buyers.audience.yaml", "who: {did: Order Completed}\n");
        Definitions first = folder.get();
        assertThat(folder.get()).isSameAs(first);

        write("buyers.audience.yaml", "destinations: [braze]\nwho: {did: Order Completed}\n");
        write("openers.audience.yaml", "who: {did: Email Opened}\n");

        assertThat(folder.get().byName().keySet()).containsExactly("buyers", "openers");
        assertThat(folder.get().byName().get("buyers").destinations()).containsExactly("braze");
    }

    @Test
    void aMistakeLeavesWhatWasAndAFileThatIsGoneDoesNot() throws Exception {
        write("buyers.audience.yaml", "who: {did: Order Completed}\n");
        write("openers.audience.yaml", "who: {did: Email Opened}\n");
        Definition good = folder.get().byName().get("buyers");

        write("buyers.audience.yaml", "who: {didd: Order Completed, within: soon}\n");
        Files.delete(directory.resolve("openers.audience.yaml"));

        assertThat(folder.get().byName()).hasSize(1).containsEntry("buyers", good);
        assertThat(folder.get().problems()).isNotEmpty();

        write("buyers.audience.yaml", "who: {did: Order Completed, within: 30d}\n");
        assertThat(folder.get().problems()).isEmpty();
        assertThat(folder.get().byName().get("buyers")).isNotEqualTo(good);
    }
}
