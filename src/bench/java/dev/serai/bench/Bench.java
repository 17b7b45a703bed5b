package dev.serai.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** {@code ./serai bench}: every figure of the README, in one table. */
public final class Bench {

    private Bench() {
    }

    /** Arguments: the jar, and {@code quick} for a short run. */
    public static void main(String[] args) throws Exception {
        boolean quick = args.length > 1 && args[1].equals("quick");
        Path work = Files.createTempDirectory("serai-bench");
        new HttpBench(Path.of(args[0]), work, quick ? 1 : 3, quick ? 5 : 10).run(System.out);
    }
}
