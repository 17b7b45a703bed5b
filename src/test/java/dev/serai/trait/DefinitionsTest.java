package dev.serai.trait;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {

    @TempDir
    private Path folder;

    private Definitions read() {
        return Definitions.read(folder, List.of("warehouse", "lake"), Set.of("braze", "facebook"));
    }

    private void write(String file, String yaml) throws Exception {
        Files.writeString(folder.resolve(file), yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x.trait.yaml    | 'sql: SELECT 1\nevery: soon'                             | x.trait.yaml:2:8: | does not match
            x.trait.yaml    | 'sql: SELECT 1\ndestination: [braze]'                    | x.trait.yaml:2:1: | unknown property 'destination'
            x.trait.yaml    | 'sql: SELECT 1\ndestinations: [braze, segment]'          | x.trait.yaml:2:23: | there is no destination 'segment'
            x.trait.yaml    | 'sql: SELECT 1\nwarehouse: pond'                         | x.trait.yaml:2:12: | there is no warehouse 'pond' that can be asked
            x.trait.yaml    | 'compute: {within: 1d}'                                  | x.trait.yaml:1:1: | it is not said what to compute
            x.trait.yaml    | 'compute: {count: A, sum: A, of: b}'                     | x.trait.yaml:1:1: | only one of count, sum
            x.trait.yaml    | 'compute: {sum: A}'                                      | x.trait.yaml:1:1: | 'of' is missing
            x.audience.yaml | 'who: {didd: A, within: 1d}'                          | x.audience.yaml:1:7: | unknown property 'didd'; did you mean 'did'?
            x.audience.yaml | 'who: {all: [{did: A}], within: 1d}'                  | x.audience.yaml:1:24: | 'within' does not belong here; see docs/audiences.md
            x.audience.yaml | 'who: {trait: a, within: 1d}'                         | x.audience.yaml:1:17: | 'within' does not belong here
            x.audience.yaml | 'who: {did: A, atLeast: 1.5}'                         | x.audience.yaml:1:24: | integer expected
            x.audience.yaml | 'who: {trait: since, after: yesterday}'                  | x.audience.yaml:1: | 'yesterday' is no point of time
            x.audience.yaml | 'who: {audience: y}'                                     | x.audience.yaml | there is no audience 'y'
            x.audience.yaml | 'who: {audience: x}'                                     | x.audience.yaml | in a circle
            X.audience.yaml | 'who: {did: A}'                                          | X.audience.yaml | is no name
            x.yaml          | 'who: {did: A}'                                          | x.yaml | this is no definition
            """)
    void tellsWhatIsWrongWithItsPlace(String file, String yaml, String place, String what) throws Exception {
        write(file, yaml.replace("\\n", "\n"));

        Definitions definitions = read();

        assertThat(definitions.byName()).isEmpty();
        assertThat(definitions.problems()).isNotEmpty().anySatisfy(problem -> assertThat(problem.toString()).contains(place, what));
    }

    @Test
    void aMistypedConditionIsToldInOneOrTwoLines() throws Exception {
        write("a.audience.yaml", "who: {all: [{didd: Order Completed, within: 1d}, {did: Email Opened}]}\n");

        assertThat(read().problems()).hasSize(2);
    }

    @Test
    void putsEachAfterThoseThatItNames() throws Exception {
        write("a.audience.yaml", "who: {all: [{audience: b}, {not: {audience: c}}]}\n");
        write("b.audience.yaml", "who: {audience: c}\n");
        write("c.audience.yaml", "who: {did: Order Completed}\n");
        write("d.trait.yaml", "sql: SELECT 1\n");

        assertThat(read().byName().keySet()).containsExactly("c", "b", "a", "d");
        assertThat(read().problems()).isEmpty();
    }

    @Test
    void oneMistakeCostsOnlyThoseThatNameIt() throws Exception {
        write("a.audience.yaml", "who: {audience: b}\n");
        write("b.audience.yaml", "who: {audience: a}\n");
        write("c.audience.yaml", "who: {did: Order Completed}\n");

        assertThat(read().byName().keySet()).containsExactly("c");
        assertThat(read().problems()).hasSize(2);
    }

    @Test
    void twoMayNotHaveOneKey() throws Exception {
        write("a.audience.yaml", "who: {did: Order Completed}\n");
        write("b.audience.yaml", "key: a\nwho: {did: Order Completed}\n");

        assertThat(read().problems()).singleElement().satisfies(problem ->
                assertThat(problem.toString()).contains("b.audience.yaml:1:6:", "the key 'a' is that of 'a' already"));
    }

    @Test
    void theShippedOnesAreRight() {
        Definitions shipped = Definitions.read(Path.of("audiences"), List.of("warehouse"), Set.of());

        assertThat(shipped.problems()).isEmpty();
        assertThat(shipped.byName()).containsKey("email-funnel");
    }

    @Test
    void aFolderThatIsNotThereHasNone() {
        Definitions none = Definitions.read(folder.resolve("none"), List.of("warehouse"), Set.of());

        assertThat(none.byName()).isEmpty();
        assertThat(none.problems()).isEmpty();
    }
}
