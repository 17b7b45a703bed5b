package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.StringEscapeUtils;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages about the repository's own partners, and about one whose folder means harm. */
class DocsTest {

    private static final PartnerFolders FOLDERS = PartnerFolders.read(Path.of("routes"));
    private static final Map<String, String> HTML = new Docs(FOLDERS, Format.HTML, Format.HTML::file).files();
    private static final Map<String, String> MARKDOWN = new Docs(FOLDERS, Format.MARKDOWN, Format.MARKDOWN::file).files();
    private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");
    /** All tags that the writer has. A tag of a folder's would be among them, or have something in it that these have not. */
    private static final Pattern ELEMENT = Pattern.compile("<(?:!doctype html|/?(?:html|head|title|style|body|main|p|h[1-6]|ul|ol|li"
            + "|table|thead|tbody|tr|th|td|code|pre|details|summary|strong|em|blockquote|hr /|br /|a)|html lang=\"en\"|meta [^<>]*"
            + "|a rel=\"nofollow\" href=\"[^\"<>]*\"|code class=\"language-[a-z&;]+\")>");

    @TempDir
    private Path directory;

    static Stream<Partner> partners() {
        return FOLDERS.partners().values().stream();
    }

    private static String shown(Partner partner) {
        return StringEscapeUtils.unescapeHtml4(HTML.get(partner.slug() + ".html"));
    }

    @Test
    void thereIsAPageAboutEachFolderAndAnIndexThatLinksThem() throws Exception {
        assertThat(FOLDERS.problems()).isEmpty();
        try (Stream<Path> entries = Files.list(Path.of("routes"))) {
            Stream<String> pages = entries.filter(Files::isDirectory).map(folder -> folder.getFileName() + ".html");
            assertThat(HTML.keySet()).containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of("index.html"), pages).toList());
        }
        HTML.keySet().stream().filter(file -> !file.equals("index.html"))
                .forEach(file -> assertThat(HTML.get("index.html")).contains("href=\"" + file + "\""));
    }

    @Test
    void noInnerLinkIsBroken() {
        HTML.forEach((file, page) -> assertThat(links(LINK, page)).as(file).isNotEmpty().allMatch(link ->
                link.matches("https?://.+") || HTML.containsKey(link)));
        MARKDOWN.forEach((file, page) -> assertThat(links(LINK, rendered(page))).as(file).isNotEmpty().allMatch(link ->
                link.matches("https?://.+") || MARKDOWN.containsKey(link)));
    }

    private static Stream<String> links(Pattern pattern, String page) {
        return pattern.matcher(page).results().map(found -> found.group(1));
    }

    @ParameterizedTest
    @MethodSource("partners")
    void aPageHasEverythingThatIsDeclared(Partner partner) {
        String page = shown(partner);

        assertThat(page).contains(partner.title(), partner.description(), partner.docs());
        partner.source().ifPresent(source -> {
            source.settings().forEach((name, setting) -> assertThat(page)
                    .contains("<code>serai.sources." + partner.slug() + "." + name + "</code>", setting.defaultValue()));
            source.events().forEach((theirs, ours) -> assertThat(page)
                    .contains("<td><code>" + theirs + "</code></td>\n<td>" + ours + "</td>"));
            source.sync().ifPresent(sync -> sync.collections().keySet()
                    .forEach(name -> assertThat(page).contains("<td><code>" + name + "</code></td>")));
            assertThat(steps(page)).isGreaterThanOrEqualTo(source.setup().lines().filter(line -> line.matches("\\d+\\. .*")).count())
                    .isPositive();
        });
        partner.destination().ifPresent(destination -> {
            destination.settings().forEach((name, setting) -> assertThat(page)
                    .contains("<code>serai.destinations." + partner.slug() + "." + name + "</code>", setting.defaultValue()));
            destination.requests().keySet().forEach(kind -> assertThat(page).contains("<td>"
                    + (kind.equals(Partner.ONLY_REQUEST) ? "any" : kind) + "</td>"));
            assertThat(destination.setup()).isNotEmpty();
        });
    }

    private static long steps(String page) {
        return page.lines().filter(line -> line.startsWith("<li>")).count();
    }

    @ParameterizedTest
    @MethodSource("partners")
    void aPageNamesEverySampleAndHasThePlaceOfEachWebhook(Partner partner) throws IOException {
        Path samples = partner.folder().resolve("samples");
        if (Files.isDirectory(samples)) {
            try (Stream<Path> entries = Files.list(samples)) {
                entries.filter(Files::isDirectory).forEach(sample -> assertThat(shown(partner))
                        .contains("<code>" + sample.getFileName() + "</code>"));
            }
            assertThat(shown(partner)).containsPattern("<details><summary>[^<]+: in\\.").containsPattern("<summary>[^<]+: out\\.");
        }
        boolean isPosted = partner.routes().stream().anyMatch(route -> {
            try {
                return Files.readString(route).contains("kamelet:webhook-source");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(shown(partner).contains("<code>/webhooks/" + partner.slug() + "</code>")
                || shown(partner).contains("<code>/webhooks/" + partner.slug() + "/<source>/<secret></code>")).isEqualTo(isPosted);
    }

    @Test
    void tellsWhatAWebhookIsKnownBy() {
        assertThat(shown(FOLDERS.partners().get("customerio"))).contains("HMAC-SHA256 in hex in the header X-CIO-Signature, over "
                + "<code>v0:{header:X-CIO-Timestamp}:{body}</code>", "Refused if signed more than 300 seconds from now")
                .doesNotContain("does not sign");
        assertThat(shown(FOLDERS.partners().get("braze"))).contains("Braze does not sign its webhooks.",
                "If <code>serai.sources.braze.token</code> is set, the bearer token must be it.");
        assertThat(shown(FOLDERS.partners().get("stripe"))).doesNotContain("does not sign");
    }

    @Test
    void tellsWhichCollectionsAreReadWhole() {
        assertThat(collection("zendesk", "tickets")).contains("an export, by token", "incremental");
        assertThat(collection("zendesk", "groups")).contains("a list, by token", "full");
        assertThat(collection("zendesk", "satisfaction_ratings")).contains("incremental");
        assertThat(collection("stripe", "charges")).contains("incremental, by a feed of changes");
        assertThat(collection("stripe", "balance_transactions")).contains("incremental");
        assertThat(collection("stripe", "subscription_items")).contains("incremental, with what changed in subscriptions");
        assertThat(collection("stripe", "skus")).contains("full");
    }

    private static String collection(String partner, String name) {
        Matcher row = Pattern.compile("<tr>\n<td><code>" + name + "</code></td>(.*?)</tr>", Pattern.DOTALL)
                .matcher(shown(FOLDERS.partners().get(partner)));
        assertThat(row.find()).as(name).isTrue();
        return row.group(1);
    }

    @Test
    void thePolicyLetsInTheStyleOfThePageAndNothingElse() throws Exception {
        byte[] style;
        try (InputStream file = DocsTest.class.getResourceAsStream("/docs/style.css")) {
            style = file.readAllBytes();
        }
        String hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(style));

        assertThat(Format.CONTENT_SECURITY_POLICY).startsWith("default-src 'none'; style-src 'sha256-" + hash + "';");
        HTML.forEach((file, page) -> assertThat(page).as(file)
                .contains("<style>" + new String(style, StandardCharsets.UTF_8) + "</style>", "prefers-color-scheme: dark",
                        "width=device-width")
                .doesNotContain("<script", " style=", "<link", "<img"));
    }

    @ParameterizedTest
    @EnumSource
    void whatMeansHarmInAFolderIsShownAndDoesNothing(Format format) throws Exception {
        // Given
        String bad = "</title></style></code></pre></summary><script>alert(1)</script><img src=x onerror=alert(2)>";
        Path folder = Files.createDirectories(directory.resolve("evil & <b>"));
        Files.writeString(folder.resolve("partner.yaml"), """
                title: "T BAD \\u202Egnp.exe"
                description: "D BAD | `x` [a](javascript:alert(3))\\n\\n# not a heading\\n\\n<script>alert(4)</script>"
                docs: "https://example.com/\\"onmouseover=alert(5) x=\\"<script>"
                source:
                  webhook:
                    headers: [X-Ok]
                    signature: {algorithm: hmac-sha256, from: "body:/a BAD", prefix: "BAD", signed: "{body} BAD", setting: s}
                  settings:
                    s: {description: "S BAD", default: "BAD` `", secret: true}
                  setup: "1. Step BAD\\n2. [b](javascript:alert(6))"
                  events:
                    "BAD|x": "E BAD"
                  sync:
                    requestsPerMinute: {all: 1}
                    paging: {list: {style: pages}}
                    collections:
                      things: {endpoint: "/v1/BAD", paging: list}
                destination:
                  uniqueBy: "U BAD"
                  setup: "BAD"
                """.replace("BAD", bad));
        Files.writeString(folder.resolve("evil-x.camel.yaml"), "- route:\n    id: \"R " + bad + "\"\n    description: \"" + bad
                + "\"\n    from: {uri: 'kamelet:webhook-source', steps: []}\n");
        Files.writeString(folder.resolve("README.md"), "# Evil\n\n" + bad + "\n\n<script>alert(7)</script>\n\n<div onclick=x>\n\n"
                + "[c](javascript:alert(8)) [d](partner.yaml) [e](data:text/html,x) [f](JaVaScRiPt:x) <javascript:alert(9)>\n"
                + "![i](https://example.com/track.png) [g](../other/README.md) [h][ref] right\u202eleft\u2066\u0007\n\n"
                + "```x\" onclick=\"y\n</code><script>alert(10)</script>\n```\n\n[ref]: javascript:alert(11)\n");
        Path sample = Files.createDirectories(folder.resolve("samples/s<script>\u202e"));
        Files.writeString(sample.resolve("in.http"), "POST /webhooks/x\n\n```\n" + bad + "\n\u202e</code>\n````\n<script>alert(12)</script>");
        Files.writeString(sample.resolve("out.events.json"), "[\"" + bad + "\"]");
        Files.createDirectories(directory.resolve("broken"));
        Files.writeString(directory.resolve("broken/partner.yaml"), "title: <script>alert(13)</script>\nbad: 1\n");
        PartnerFolders folders = PartnerFolders.read(directory);
        assertThat(folders.partners()).hasSize(1);

        // When
        Map<String, String> files = new Docs(folders, format, format::file).files();

        // Then
        assertThat(files).hasSize(2);
        String index = files.get(format.file(Docs.INDEX));
        String page = files.get(format.file("evil & <b>"));
        assertThat(index).contains("broken").contains("evil%20%26%20%3Cb%3E");
        for (String written : files.values()) {
            assertThat(written).doesNotContain("\u202e", "\u2066", "\u0007").contains("u202egnp.exe");
            String html = format == Format.HTML ? written : rendered(written);
            assertThat(ELEMENT.matcher(html).replaceAll("")).doesNotContain("<");
            assertThat(links(LINK, html)).allMatch(link -> link.matches("https?://.+") || link.startsWith("README.")
                    || link.startsWith("index.") || link.startsWith("evil%20"));
        }
        assertThat(page).contains("alert(1)", "alert(4)", "alert(7)", "alert(10)", "alert(12)", "right\\", "D ").contains("S ", "E ", "R ");
    }

    /** What a site makes of the Markdown that lets no HTML through but our own. */
    private static String rendered(String markdown) {
        List<Extension> tables = List.of(TablesExtension.create());
        return HtmlRenderer.builder().sanitizeUrls(true).extensions(tables).build()
                .render(Parser.builder().extensions(tables).build().parse(markdown));
    }
}
