/**
 * The wiring: {@link dev.serai.Hub} puts the parts together, starts them in order and stops them in reverse. The only
 * package that knows all others.
 */
package dev.serai;
