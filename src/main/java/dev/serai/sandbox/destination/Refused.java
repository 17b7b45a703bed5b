package dev.serai.sandbox.destination;

import dev.serai.sandbox.SandboxAnswer;

/** The partner's answer to a request of which it takes nothing. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SandboxAnswer answer;

    Refused(SandboxAnswer answer) {
        super(String.valueOf(answer.status()), null, false, false);
        this.answer = answer;
    }

    SandboxAnswer answer() {
        return answer;
    }
}
