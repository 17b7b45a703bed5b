/**
 * Runs in a process of Camel JBang, with its class path, and uses nothing of the hub or of other tests; read
 * {@code FolderRuns}.
 */
package dev.serai.jbang;
