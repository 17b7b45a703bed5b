package dev.serai.docs;

import dev.serai.model.Problem;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.commonmark.node.Document;
import org.commonmark.node.Node;

/**
 * A page about each partner and an index of them. What a folder says goes into a tree of text, never into HTML or Markdown
 * that is put together, so the writers of {@link Format} escape all of it and none of it can act in a page.
 */
public final class Docs {

    /** The slug that stands for the index. */
    public static final String INDEX = "";

    private final PartnerFolders folders;
    private final Format format;
    private final UnaryOperator<String> links;

    /** @param links from a slug, as it is written in addresses, to the address of its page */
    public Docs(PartnerFolders folders, Format format, UnaryOperator<String> links) {
        this.folders = folders;
        this.format = format;
        this.links = slug -> links.apply(URLEncoder.encode(slug, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** Every page by the name of its file. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(format.file(INDEX), index());
        folders.partners().keySet().forEach(slug -> files.put(format.file(slug), partner(slug).orElseThrow()));
        return files;
    }

    /** The page about a partner; empty if there is none. */
    public Optional<String> partner(String slug) {
        return Optional.ofNullable(folders.partners().get(slug)).map(partner -> format.write(partner.title(),
                Visible.in(new PartnerPage(partner, folders.partners().keySet(), links).build())));
    }

    public String index() {
        Prose page = new Prose(new Document()).heading(1, Prose.text("Partners"));
        page.paragraph(Prose.text("Companies and products whose data comes in, or to which events go out: one folder each."));
        page.table(List.of("partner", "in", "out", "what it is"), folders.partners().values().stream()
                .map(partner -> List.<List<Node>>of(
                        List.of(Prose.link(links.apply(partner.slug()), Prose.text(partner.title()))),
                        List.of(Prose.text(in(partner))), List.of(Prose.text(out(partner))),
                        List.of(Prose.text(partner.description())))).toList());
        Collection<Problem> problems = folders.problems();
        if (!problems.isEmpty()) {
            page.heading(2, Prose.text("Left out"));
            page.bullets(problems.stream().map(problem -> List.<Node>of(Prose.code(problem.toString()))).toList());
        }
        return format.write("Partners", Visible.in(page.root()));
    }

    private static String in(Partner partner) {
        return partner.source().map(source -> {
            boolean isPosted = Routes.of(partner).hasWebhook();
            String webhook = isPosted ? "webhook" : "";
            String sync = source.sync().isPresent() ? (isPosted ? ", " : "") + "sync" : "";
            return (webhook + sync).isEmpty() ? "calls" : webhook + sync;
        }).orElse("");
    }

    private static String out(Partner partner) {
        return partner.destination().map(destination -> destination.objects() ? "events, objects" : "events").orElse("");
    }
}
