/**
 * What the hub keeps of itself for people who look: counts, a few samples of what went wrong, and what to do about it.
 *
 * <p>Everything is in memory, bounded, of this hub only, and begins anew with it; what must not be lost is in Kafka. Written
 * to on the paths of events, so nothing here may wait. May import {@code model} only. Read {@link
 * dev.serai.observe.SourceCounts} first.
 */
package dev.serai.observe;
