package dev.serai.docs;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/**
 * Writes out, as {@code \}{@code u202e}, what a reader would not see: control characters, and marks that turn the direction
 * of what follows. Escaping HTML does nothing about those, and with them a page says something else than its bytes.
 */
final class Visible extends AbstractVisitor {

    /** Some scripts and emoji need these two. */
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Visible() {
    }

    /** Changes the tree, and returns it. */
    static Node in(Node tree) {
        tree.accept(new Visible());
        return tree;
    }

    static String in(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (isSeen(character)) {
                out.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return out.toString();
    }

    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character == '\t' || character == '\n' || character == '\r';
            case Character.FORMAT -> character == ZERO_WIDTH_JOINER || character == ZERO_WIDTH_NON_JOINER;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
            default -> true;
        };
    }

    @Override
    public void visit(Text text) {
        text.setLiteral(in(text.getLiteral()));
    }

    @Override
    public void visit(Code code) {
        code.setLiteral(in(code.getLiteral()));
    }

    @Override
    public void visit(FencedCodeBlock block) {
        block.setLiteral(in(block.getLiteral()));
        block.setInfo(in(String.valueOf(block.getInfo())));
    }

    @Override
    public void visit(IndentedCodeBlock block) {
        block.setLiteral(in(block.getLiteral()));
    }

    @Override
    public void visit(HtmlBlock block) {
        block.setLiteral(in(block.getLiteral()));
    }

    @Override
    public void visit(HtmlInline inline) {
        inline.setLiteral(in(inline.getLiteral()));
    }

    @Override
    public void visit(Link link) {
        link.setDestination(in(link.getDestination()));
        link.setTitle(link.getTitle() == null ? null : in(link.getTitle()));
        visitChildren(link);
    }

    @Override
    public void visit(CustomBlock block) {
        if (block instanceof Collapsed part) {
            part.setSummary(in(part.summary()));
        }
        visitChildren(block);
    }
}
