/**
 * Fakes of the partners that events are sent to. Each checks what the partner would check, answers in its shapes, and
 * records what it took. Imports {@code model} and {@code sandbox}. Read
 * {@link dev.serai.sandbox.destination.DestinationFake} first, then any of its subclasses.
 */
package dev.serai.sandbox.destination;
