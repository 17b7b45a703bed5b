package dev.serai.trait;

import dev.serai.model.Problem;

/** A definition whose query cannot be used; what was computed before stays in force. */
public final class Refused extends Exception {

    private final Problem problem;

    Refused(Definition definition, String what, String remedy) {
        super(what);
        int line = definition.body() instanceof Definition.SqlTrait trait ? trait.line()
                : definition.body() instanceof Definition.Audience audience && audience.sql().isPresent() ? audience.line() : 1;
        this.problem = new Problem(definition.file().toString(), line, 1, what, remedy);
    }

    public Problem problem() {
        return problem;
    }
}
