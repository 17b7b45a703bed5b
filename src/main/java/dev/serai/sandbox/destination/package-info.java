/**
 * Fakes of the partners that events go out to: they check what the partner would, answer in its shapes and keep what they
 * took. Imports {@code sandbox} and {@code model}. Read {@link dev.serai.sandbox.destination.RecordingFake} first.
 */
package dev.serai.sandbox.destination;
