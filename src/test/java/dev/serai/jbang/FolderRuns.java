package dev.serai.jbang;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code camel run <folder>/*.camel.yaml application.properties} for one folder after the other, in one process since
 * that takes seconds to start. {@link StopOnceStarted} ends each run; a line for each tells what ran.
 */
public final class FolderRuns {

    private FolderRuns() {
    }

    /** @param folders the folders of partners */
    public static void main(String[] folders) throws Exception {
        String data = System.getProperty("serai.data.dir");
        for (String folder : folders) {
            // a hub that could not start under JBang keeps its directory locked until the process ends
            System.setProperty("serai.data.dir", Path.of(data, folder).toString());
            StopOnceStarted.forget();
            int exit = CamelCommand.run(arguments(Path.of(folder)));
            StopOnceStarted.ended();
            // JBang has none for a run that ended before it waited for its end
            System.out.printf("folder=%s exit=%d routes=%s%n", folder, exit == Integer.MIN_VALUE ? 0 : exit,
                    String.join(",", StopOnceStarted.started()));
        }
        System.exit(0);
    }

    private static String[] arguments(Path folder) throws Exception {
        List<String> arguments = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(Path::toString).filter(file -> file.endsWith(".camel.yaml")).sorted().forEach(arguments::add);
        }
        arguments.add("application.properties");
        arguments.add("--logging-color=false");
        return arguments.toArray(String[]::new);
    }
}
