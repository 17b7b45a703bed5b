package dev.serai.sample;

import dev.serai.partner.Partner;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** {@code samples/settings.properties}: what the samples of a folder were recorded with, secrets that are none. */
final class SampleSettings {

    private SampleSettings() {
    }

    static Map<String, String> of(Partner partner) throws IOException {
        Properties settings = new Properties();
        Path file = partner.folder().resolve("samples/settings.properties");
        if (Files.isRegularFile(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                settings.load(reader);
            }
        }
        Map<String, String> values = new TreeMap<>();
        settings.stringPropertyNames().forEach(name -> values.put(name, settings.getProperty(name)));
        return values;
    }
}
