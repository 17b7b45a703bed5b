/**
 * Pulls objects from partners' APIs to topic {@code objects}. A partner folder declares its collections
 * ({@link dev.serai.partner.Collection}) and has a route that gets one page; all else is here, once: paging, cursors and
 * checkpoints, retries and limits, comparing, and which hub of a group does it. Imports {@code partner}, {@code kafka},
 * {@code observe} and {@code model}. Read {@link dev.serai.sync.Syncs} first, then {@link dev.serai.sync.SyncRun} and
 * {@link dev.serai.sync.Paging}.
 */
package dev.serai.sync;
