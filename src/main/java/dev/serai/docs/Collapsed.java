package dev.serai.docs;

import org.commonmark.node.CustomBlock;

/** Blocks behind a line that one opens: {@code <details>}. */
final class Collapsed extends CustomBlock {

    private String summary;

    Collapsed(String summary) {
        this.summary = summary;
    }

    String summary() {
        return summary;
    }

    void setSummary(String summary) {
        this.summary = summary;
    }
}
