package dev.serai.partner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadmeTest {

    @ParameterizedTest
    @EnumSource
    void listsEverySettingWithItsDefaultAndMeaning(SettingKey key) throws Exception {
        String value = key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`";

        assertThat(Files.readString(Path.of("README.md")))
                .contains("| `" + key.key() + "` | " + value + " | " + key.description() + " |");
    }
}
