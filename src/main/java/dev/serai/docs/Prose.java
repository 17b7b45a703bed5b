package dev.serai.docs;

import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableBody;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.Block;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/** Adds blocks to a tree of a page, one after the other. */
final class Prose {

    private final Block root;

    Prose(Block root) {
        this.root = root;
    }

    Block root() {
        return root;
    }

    static Node text(String text) {
        return new Text(text.replaceAll("\\s+", " "));
    }

    static Node code(String text) {
        return new Code(text.replaceAll("\\s+", " "));
    }

    static Node link(String destination, Node shown) {
        Link link = new Link(destination, null);
        link.appendChild(shown);
        return link;
    }

    Prose heading(int level, Node... title) {
        Heading heading = new Heading();
        heading.setLevel(level);
        return add(heading, List.of(title));
    }

    Prose paragraph(Node... nodes) {
        return add(new Paragraph(), List.of(nodes));
    }

    Prose bullets(List<List<Node>> items) {
        return list(new BulletList(), items);
    }

    Prose numbered(List<List<Node>> items) {
        OrderedList list = new OrderedList();
        list.setMarkerStartNumber(1);
        return list(list, items);
    }

    private Prose list(ListBlock list, List<List<Node>> items) {
        list.setTight(true);
        for (List<Node> nodes : items) {
            ListItem item = new ListItem();
            new Prose(item).add(new Paragraph(), nodes);
            list.appendChild(item);
        }
        root.appendChild(list);
        return this;
    }

    /** Nothing where there are no rows. */
    Prose table(List<String> head, List<List<List<Node>>> rows) {
        if (rows.isEmpty()) {
            return this;
        }
        TableBlock table = new TableBlock();
        TableHead top = new TableHead();
        top.appendChild(row(head.stream().map(title -> List.of(text(title))).toList(), true));
        table.appendChild(top);
        TableBody body = new TableBody();
        rows.forEach(cells -> body.appendChild(row(cells, false)));
        table.appendChild(body);
        root.appendChild(table);
        return this;
    }

    private static TableRow row(List<List<Node>> cells, boolean isHead) {
        TableRow row = new TableRow();
        for (List<Node> nodes : cells) {
            TableCell cell = new TableCell();
            cell.setHeader(isHead);
            nodes.forEach(cell::appendChild);
            row.appendChild(cell);
        }
        return row;
    }

    Prose file(String language, String content) {
        FencedCodeBlock block = new FencedCodeBlock();
        block.setInfo(language);
        block.setLiteral(content.endsWith("\n") ? content : content + "\n");
        root.appendChild(block);
        return this;
    }

    /** A part that is shown when one asks for it. */
    Prose collapsed(String summary) {
        Collapsed part = new Collapsed(summary);
        root.appendChild(part);
        return new Prose(part);
    }

    private Prose add(Node block, List<Node> nodes) {
        nodes.forEach(block::appendChild);
        root.appendChild(block);
        return this;
    }
}
