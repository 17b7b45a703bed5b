package dev.serai.cli;

import dev.serai.docs.Docs;
import dev.serai.docs.Format;
import dev.serai.model.Problem;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai docs}: the pages that a hub serves at {@code /docs}, as files. */
@Command(name = "docs", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Writes a page about each partner, and an index of them, from the partner folders.",
        "No hub need run; one that does serves the same pages at /docs."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:written",
            "1:the directory cannot be written to",
            "2:a folder cannot be used; the pages of the others are written, and the output says what to mend"})
public final class DocsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIRECTORY", arity = "0..1", defaultValue = "target/docs",
            description = "Where to (default: ${DEFAULT-VALUE}, which git does not see).")
    private Path directory;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "html", converter = FormatName.class,
            description = "html, each page a file by itself, or markdown (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(names = "--routes", paramLabel = "DIRECTORY", description = "The partner folders (default: serai.routes.dir, "
            + "or routes).")
    private Path routes;

    @Option(names = "--settings", paramLabel = "FILE", defaultValue = "application.properties",
            description = "The file with the hub's settings; need not exist (default: ${DEFAULT-VALUE}).")
    private Path settings;

    @Spec
    private CommandSpec spec;

    static final class FormatName implements CommandLine.ITypeConverter<Format> {
        @Override
        public Format convert(String name) {
            try {
                return Format.valueOf(name.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException("'" + name + "' is none of html, markdown");
            }
        }
    }

    @Override
    public Integer call() {
        PartnerFolders folders = PartnerFolders.read(routes != null ? routes
                : Path.of(Settings.load(settings, System.getProperties()).withEnvironment(System.getenv(), List.of())
                        .text(SettingKey.ROUTES_DIR)));
        folders.problems().forEach(spec.commandLine().getErr()::println);
        if (folders.partners().isEmpty()) {
            return CommandLine.ExitCode.USAGE;
        }
        Map<String, String> files = new Docs(folders, format, format::file).files();
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            spec.commandLine().getErr().println(new Problem(directory.toString(), 0, 0, "cannot be written to: " + e.getMessage(),
                    "name another directory"));
            return CommandLine.ExitCode.SOFTWARE;
        }
        spec.commandLine().getOut().println(files.size() + " pages in " + directory + "; begin with "
                + directory.resolve(format.file(Docs.INDEX)));
        return folders.problems().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
    }
}
