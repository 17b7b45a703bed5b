package dev.serai.warehouse;

import java.util.HashMap;
import java.util.Map;

/**
 * Where in an event a value stood, by the original names from the root down. A path is made once and then found by
 * its names, so snake case is computed once per name and not once per event; its number makes the way from a path to
 * a table's column an array access.
 */
final class FieldPath {

    /** What the root says of the names below it. */
    enum Root {
        CONTEXT,
        /** Properties and traits. */
        BODY,
        /** Fields of the call itself. */
        CALL
    }

    final int number;
    final Root root;
    private final FieldPath parent;
    private final String name;
    private final Map<String, FieldPath> children = new HashMap<>(4);
    private String column;
    private String dotted;

    FieldPath(int number, Root root, FieldPath parent, String name) {
        this.number = number;
        this.root = root;
        this.parent = parent;
        this.name = name;
    }

    FieldPath known(String child) {
        return children.get(child);
    }

    void add(FieldPath child) {
        children.put(child.name, child);
    }

    /** The names in snake case joined with {@code _}; length and collisions are the table's business. */
    String column() {
        if (column == null) {
            if (parent == null) {
                column = name;
            } else if (parent.isNameless()) {
                column = Names.isVanishing(name) ? "_" + Names.word(name) : Names.word(name);
            } else {
                column = parent.column() + "_" + Names.word(name);
            }
        }
        return column;
    }

    /** The original names, each told from the next whatever they contain: keys a hash, so it must not change. */
    String original() {
        return parent == null ? root.name() + name : parent.original() + "\u0001" + name;
    }

    /** The original names for people, joined with dots. */
    String dotted() {
        if (dotted == null) {
            dotted = parent == null || parent.isNameless() ? name : parent.dotted() + "." + name;
        }
        return dotted;
    }

    /** The field that this one is part of; null at the top. */
    FieldPath parent() {
        return parent == null || parent.isNameless() ? null : parent;
    }

    private boolean isNameless() {
        return parent == null && root != Root.CONTEXT;
    }
}
