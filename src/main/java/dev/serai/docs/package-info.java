/**
 * Pages about partners, made from their folders alone: one builds a tree of a page, and the same tree becomes HTML or
 * Markdown.
 *
 * <p>May import {@code partner} and {@code model}. Read {@link dev.serai.docs.Docs} first.
 */
package dev.serai.docs;
