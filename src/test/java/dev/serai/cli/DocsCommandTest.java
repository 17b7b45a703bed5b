package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocsCommandTest {

    @TempDir
    private Path directory;

    @Test
    void writesAPageAPartnerAndSaysWhereToBegin() {
        Path to = directory.resolve("new/pages");

        CommandRun run = CommandRun.run(new DocsCommand(), to.toString());

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("begin with " + to.resolve("index.html") + System.lineSeparator());
        assertThat(to.resolve("braze.html")).content().startsWith("<!doctype html>");
    }

    @Test
    void writesMarkdownToo() {
        CommandRun run = CommandRun.run(new DocsCommand(), "--format", "markdown", directory.toString());

        assertThat(run.exit()).isZero();
        assertThat(directory.resolve("README.md")).content().contains("[Braze](braze.md)");
        assertThat(directory.resolve("braze.md")).content().contains("# Braze").doesNotContain("<html");
    }

    @Test
    void aBrokenFolderIsReportedAndCostsNoOther() throws Exception {
        Path routes = directory.resolve("routes");
        Files.createDirectories(routes.resolve("good"));
        Files.createDirectories(routes.resolve("bad"));
        Files.writeString(routes.resolve("good/partner.yaml"), "title: Good\ndescription: A good one.\n");
        Files.writeString(routes.resolve("bad/partner.yaml"), "title: Bad\n");

        CommandRun run = CommandRun.run(new DocsCommand(), "--routes", routes.toString(), directory.resolve("out").toString());

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("bad/partner.yaml:1:");
        assertThat(directory.resolve("out/good.html")).exists();
        assertThat(directory.resolve("out/index.html")).content().contains("Left out", "bad/partner.yaml");
    }

    @Test
    void saysWhatItCannotDo() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        CommandRun taken = CommandRun.run(new DocsCommand(), file.toString());
        CommandRun format = CommandRun.run(new DocsCommand(), "--format", "pdf", directory.toString());
        CommandRun nothing = CommandRun.run(new DocsCommand(), "--routes", directory.resolve("none").toString());

        assertThat(taken.exit()).isEqualTo(1);
        assertThat(taken.err()).contains("cannot be written to");
        assertThat(format.exit()).isEqualTo(2);
        assertThat(format.err()).contains("'pdf' is none of html, markdown");
        assertThat(nothing.exit()).isEqualTo(2);
        assertThat(nothing.err()).contains("no such folder");
    }
}
