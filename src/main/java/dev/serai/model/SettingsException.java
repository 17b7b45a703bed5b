package dev.serai.model;

import java.util.List;
import java.util.stream.Collectors;

/** A fault that only the user can mend. Carries every problem found, not only the first. */
public final class SettingsException extends RuntimeException {

    private final transient List<Problem> problems;

    public SettingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public SettingsException(Problem problem) {
        this(List.of(problem));
    }

    public List<Problem> problems() {
        return problems;
    }
}
