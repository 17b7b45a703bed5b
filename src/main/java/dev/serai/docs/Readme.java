package dev.serai.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;

/**
 * A folder's README as a part of its page. HTML in it is shown as text, images are their descriptions (a page loads nothing),
 * and links stay only where they lead somewhere from a page: to the web, or to another partner's README.
 */
final class Readme extends AbstractVisitor {

    private static final String FILE = "README.md";
    private static final Parser PARSER = Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final Pattern NEIGHBOUR = Pattern.compile("\\.\\./([^/#?]+)(?:/|/README\\.md)?(?:#.*)?");
    private static final int DEEPEST = 6;

    private final Set<String> partners;
    private final UnaryOperator<String> links;

    private Readme(Set<String> partners, UnaryOperator<String> links) {
        this.partners = partners;
        this.links = links;
    }

    /**
     * @param partners whose pages can be linked
     * @return its blocks, headings from the third level on; empty if there is no README
     */
    static Optional<Node> read(Path folder, Set<String> partners, UnaryOperator<String> links) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Node tree;
        try {
            tree = PARSER.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
        if (tree.getFirstChild() instanceof Heading title && title.getLevel() == 1) {
            title.unlink();
        }
        tree.accept(new Readme(partners, links));
        return Optional.ofNullable(tree.getFirstChild()).map(any -> tree);
    }

    @Override
    public void visit(Heading heading) {
        heading.setLevel(Math.min(DEEPEST, heading.getLevel() + 1));
        visitChildren(heading);
    }

    @Override
    public void visit(HtmlBlock block) {
        FencedCodeBlock shown = new FencedCodeBlock();
        shown.setInfo("html");
        shown.setLiteral(block.getLiteral() + "\n");
        block.insertAfter(shown);
        block.unlink();
    }

    @Override
    public void visit(HtmlInline inline) {
        inline.insertAfter(new Code(inline.getLiteral()));
        inline.unlink();
    }

    /** The links that it was for have their addresses already. */
    @Override
    public void visit(LinkReferenceDefinition definition) {
        definition.unlink();
    }

    @Override
    public void visit(Image image) {
        unwrap(image);
    }

    @Override
    public void visit(Link link) {
        visitChildren(link);
        String destination = String.valueOf(link.getDestination());
        Matcher neighbour = NEIGHBOUR.matcher(destination);
        if (neighbour.matches() && partners.contains(neighbour.group(1))) {
            link.setDestination(links.apply(neighbour.group(1)));
        } else if (!destination.toLowerCase(Locale.ROOT).matches("(?s)https?://.+")) {
            unwrap(link);
        }
    }

    private void unwrap(Node node) {
        visitChildren(node);
        for (Node child = node.getFirstChild(); child != null; child = node.getFirstChild()) {
            node.insertBefore(child);
        }
        node.unlink();
    }
}
