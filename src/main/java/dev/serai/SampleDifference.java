package dev.serai;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A sample's file that is not as what comes out.
 *
 * @param expected the file's text; empty if there is none
 * @param actual   what comes out; empty if the file should not be there
 */
record SampleDifference(Path file, String expected, String actual) {

    private static final int CONTEXT = 3;
    private static final int LONGEST = 60;

    /** Tells it line by line, - as it is in the file, + as it came out. */
    void print(PrintWriter out) {
        print(out, state());
    }

    /** Tells only that there is one. */
    void printFile(PrintWriter out) {
        out.println(file + ": " + state());
    }

    private String state() {
        return actual.isEmpty() ? "should not be there" : expected.isEmpty() ? "is not there" : "differs";
    }

    /** The same of a file that was written anew. */
    void printUpdated(PrintWriter out) {
        print(out, Files.exists(file) ? "written" : "deleted");
    }

    private void print(PrintWriter out, String state) {
        List<String> before = expected.lines().toList();
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff("in the file", "came out", before,
                DiffUtils.diff(before, actual.lines().toList()), CONTEXT);
        out.println(file + ": " + state);
        lines.stream().skip(2).limit(LONGEST).forEach(line -> out.println("    " + line));
        if (lines.size() > LONGEST + 2) {
            out.println("    ... " + (lines.size() - 2 - LONGEST) + " more lines");
        }
    }
}
