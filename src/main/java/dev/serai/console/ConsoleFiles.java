package dev.serai.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the console, as they lie in the jar. There is no build step and no list of them: which modules there are is
 * found by following imports from {@code app.js}, so what is not imported is not served. Their contents have one hash, which
 * is part of every address; under it a browser may keep them for ever, and never mixes the files of two versions.
 *
 * <p>The page names all modules that it begins with, so that a browser fetches them at once, not import by import.
 */
final class ConsoleFiles {

    private static final String FOLDER = "/console/";
    private static final String FIRST_MODULE = "app.js";
    private static final String HTM = "/META-INF/resources/_static/htm/3.1.1/";
    private static final String CODEMIRROR = "/META-INF/resources/webjars/codemirror/5.65.20/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    /** By the path under which the pages know them; the versions are those of the pom. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "lib/preact.js", HTM + "preact/standalone.module.js",
            "lib/codemirror.js", CODEMIRROR + "lib/codemirror.js",
            "lib/codemirror.css", CODEMIRROR + "lib/codemirror.css",
            "lib/sql.js", CODEMIRROR + "mode/sql/sql.js",
            "lib/show-hint.js", CODEMIRROR + "addon/hint/show-hint.js",
            "lib/show-hint.css", CODEMIRROR + "addon/hint/show-hint.css",
            "lib/uplot.js", UPLOT + "dist/uPlot.iife.min.js",
            "lib/uplot.css", UPLOT + "dist/uPlot.min.css");
    private static final String[] BESIDES = {"console.css", "theme.js", "icon.svg"};
    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export)\\b[^;'\"]*?(?:from )?'(\\.[^']+)';");
    private static final int HASH_DIGITS = 12;

    private final Map<String, File> files = new TreeMap<>();
    private final String version;
    private final File index;

    /** One file with what is told of it. */
    record File(String contentType, byte[] bytes, byte[] gzip, String etag) {

        static File of(String path, byte[] bytes) {
            return new File(contentType(path), bytes, gzipped(bytes), '"' + hash(bytes) + '"');
        }

        private static String contentType(String path) {
            return switch (path.substring(path.lastIndexOf('.') + 1)) {
                case "js" -> "text/javascript; charset=utf-8";
                case "css" -> "text/css; charset=utf-8";
                case "svg" -> "image/svg+xml";
                case "html" -> "text/html; charset=utf-8";
                default -> throw new IllegalArgumentException("the console has no such files: " + path);
            };
        }
    }

    ConsoleFiles() {
        follow(FIRST_MODULE);
        String modules = files.keySet().stream().map(path -> "<link rel=\"modulepreload\" href=\"{files}/" + path + "\">")
                .collect(Collectors.joining("\n"));
        for (String path : BESIDES) {
            add(path, FOLDER + path);
        }
        LIBRARIES.forEach(this::add);
        MessageDigest all = sha256();
        files.forEach((path, file) -> {
            all.update(path.getBytes(StandardCharsets.UTF_8));
            all.update(file.bytes());
        });
        version = HexFormat.of().formatHex(all.digest()).substring(0, HASH_DIGITS);
        String page = new String(read(FOLDER + "index.html"), StandardCharsets.UTF_8).replace("{modules}", modules)
                .replace("{files}", "/console/" + version);
        index = File.of("index.html", page.getBytes(StandardCharsets.UTF_8));
    }

    private void follow(String path) {
        if (files.containsKey(path)) {
            return;
        }
        byte[] bytes = add(path, LIBRARIES.getOrDefault(path, FOLDER + path));
        if (!LIBRARIES.containsKey(path)) {
            IMPORT.matcher(new String(bytes, StandardCharsets.UTF_8)).results()
                    .forEach(found -> follow(URI.create("/" + path).resolve(found.group(1)).getPath().substring(1)));
        }
    }

    private byte[] add(String path, String resource) {
        return files.computeIfAbsent(path, absent -> File.of(path, read(resource))).bytes();
    }

    /** What {@code /} answers. */
    File index() {
        return index;
    }

    Optional<File> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    Iterable<String> paths() {
        return files.keySet();
    }

    /** The hash of all contents; the part of an address after {@code /console/}. */
    String version() {
        return version;
    }

    private static byte[] read(String resource) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes)).substring(0, HASH_DIGITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
