/**
 * What is wrong with partner folders, found without running them: all of it at once, each with file, line and column.
 *
 * <p>May import {@code partner} and {@code model}. Read {@link dev.serai.check.FolderCheck} first.
 */
package dev.serai.check;
