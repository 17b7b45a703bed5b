package dev.serai.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.text.StringEscapeUtils;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.markdown.MarkdownNodeRendererContext;
import org.commonmark.renderer.markdown.MarkdownNodeRendererFactory;
import org.commonmark.renderer.markdown.MarkdownRenderer;

/** What a tree of a page is written as. */
public enum Format {

    /** A page by itself: its style is in it, and it has no script and loads nothing. */
    HTML("html", "index") {
        @Override
        String write(String title, Node tree) {
            String shown = StringEscapeUtils.escapeHtml4(Visible.in(title.replaceAll("\\s+", " ")));
            return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + CONTENT_SECURITY_POLICY + "\">\n"
                    + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + shown + " - Serai</title>\n<style>"
                    + STYLE + "</style>\n</head>\n<body>\n<main>\n" + HTML_WRITER.render(tree) + "</main>\n</body>\n</html>\n";
        }
    },

    MARKDOWN("md", "README") {
        @Override
        String write(String title, Node tree) {
            return MARKDOWN_WRITER.render(tree);
        }
    };

    private static final String STYLE = style();

    /** Of every page in HTML; the style is let in by its hash. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'";

    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final HtmlRenderer HTML_WRITER = HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true)
            .sanitizeUrls(true).nodeRendererFactory(Details::new).build();
    private static final MarkdownRenderer MARKDOWN_WRITER = MarkdownRenderer.builder().extensions(EXTENSIONS)
            .nodeRendererFactory(new MarkdownNodeRendererFactory() {
                @Override
                public NodeRenderer create(MarkdownNodeRendererContext context) {
                    return new DetailsInMarkdown(context);
                }

                @Override
                public Set<Character> getSpecialCharacters() {
                    return Set.of();
                }
            }).build();

    private final String extension;
    private final String index;

    Format(String extension, String index) {
        this.extension = extension;
        this.index = index;
    }

    /** The name of a page's file, by the partner's slug or {@link Docs#INDEX}. */
    public String file(String slug) {
        return (slug.equals(Docs.INDEX) ? index : slug) + "." + extension;
    }

    abstract String write(String title, Node tree);

    private static String style() {
        try (InputStream file = Format.class.getResourceAsStream("/docs/style.css")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Details(HtmlNodeRendererContext context) implements NodeRenderer {

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(Collapsed.class);
        }

        @Override
        public void render(Node node) {
            var writer = context.getWriter();
            writer.line();
            writer.tag("details", Map.of());
            writer.tag("summary");
            writer.text(((Collapsed) node).summary());
            writer.tag("/summary");
            writer.line();
            for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
                context.render(child);
            }
            writer.tag("/details");
            writer.line();
        }
    }

    /** Markdown has no form for it, but lets these three lines of HTML through. */
    private record DetailsInMarkdown(MarkdownNodeRendererContext context) implements NodeRenderer {

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(Collapsed.class);
        }

        @Override
        public void render(Node node) {
            var writer = context.getWriter();
            writer.raw("<details><summary>" + StringEscapeUtils.escapeHtml4(((Collapsed) node).summary().replaceAll("\\s+", " "))
                    + "</summary>");
            writer.block();
            for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
                context.render(child);
            }
            writer.raw("</details>");
            writer.block();
        }
    }
}
