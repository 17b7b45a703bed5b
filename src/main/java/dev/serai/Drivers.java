package dev.serai;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Drivers of databases that the jar does not bring, in folder {@code drivers/} beside the settings. Where there are
 * any, the whole program starts again in a class loader that has the jar and the drivers side by side, the jar first:
 * so a dialect uses its driver like any other library, and a driver changes no library of the hub.
 */
final class Drivers {

    private static final String LOADER = "serai-with-drivers";
    private static final Path FOLDER = Path.of("drivers");

    private Drivers() {
    }

    /** @return true if the program ran with drivers, and has ended */
    static boolean run(String[] args) {
        if (LOADER.equals(Drivers.class.getClassLoader().getName()) || !Files.isDirectory(FOLDER)) {
            return false;
        }
        try {
            List<URL> drivers = jars();
            if (drivers.isEmpty()) {
                return false;
            }
            List<URL> all = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                all.add(Path.of(entry).toUri().toURL());
            }
            all.addAll(drivers);
            // closed by the end of the process: classes are loaded until then
            ClassLoader loader = new URLClassLoader(LOADER, all.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(Serai.class.getName()).getMethod("main", String[].class).invoke(null, (Object) args);
            return true;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the drivers in " + FOLDER.toAbsolutePath() + " cannot be loaded", e);
        }
    }

    private static List<URL> jars() throws IOException {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".jar")).sorted().toList()) {
                jars.add(file.toUri().toURL());
            }
        }
        return jars;
    }
}
