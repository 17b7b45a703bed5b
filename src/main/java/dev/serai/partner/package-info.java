/**
 * What the user tells the hub: {@link dev.serai.partner.Settings} from {@code application.properties}, the environment
 * and {@code -D}; a {@link dev.serai.partner.Partner} from each folder under {@code routes/}; and the mapping of a
 * partner's payloads to events.
 *
 * <p>May import {@code model} and {@code kafka}. Read {@link dev.serai.partner.PartnerFolders} first.
 */
package dev.serai.partner;
