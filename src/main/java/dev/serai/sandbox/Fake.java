package dev.serai.sandbox;

import java.util.Optional;

/**
 * A stateful stand-in for one partner's API: it pages, limits and refuses as the partner does. It knows no HTTP server
 * and no clock of its own; {@link Sandbox} gives it both. Called by several threads.
 */
public interface Fake {

    /** The partner folder it stands in for, and the first part of its path in the sandbox. */
    String partner();

    /** How to log in, for people; empty if everybody is let in. */
    default String credentials() {
        return "";
    }

    /** Of a destination what was sent to it. */
    default Optional<Received> recorded() {
        return Optional.empty();
    }

    SandboxAnswer answer(SandboxRequest request);

    /** An answer in the partner's own shape for a fault of the HTTP layer. */
    SandboxAnswer fail(Fault fault);
}
