package dev.serai.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A server under measurement in a process of its own, and what the operating system says of it. */
final class ServerProcess implements AutoCloseable {

    /** Flags of both sides, so that neither wins by its heap. */
    private static final List<String> JVM = List.of("-Xmx1g", "-XX:+UseParallelGC");

    private static final int TICKS_PER_SECOND = 100;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServerProcess floor(Path data, int port, String classPath) throws Exception {
        return start(port, data, "/", "-cp", classPath, FloorServer.class.getName(), data.toString(),
                String.valueOf(port));
    }

    /** The jar as users run it, in its own folder. */
    static ServerProcess hub(Path jar, Path data, int port, String... jvm) throws Exception {
        List<String> arguments = new ArrayList<>(Arrays.asList(jvm));
        arguments.addAll(List.of("-Dserai.data.dir=" + data, "-Dcamel.server.port=" + port, "-jar", jar.toString(),
                "run"));
        return start(port, data, "/observe/health/ready", arguments.toArray(String[]::new));
    }

    private static ServerProcess start(int port, Path data, String readyPath, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(Arrays.asList(arguments));
        Files.createDirectories(data);
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(data.resolve("server.log").toFile()).start();
        ServerProcess server = new ServerProcess(process, port);
        server.awaitReady(readyPath);
        return server;
    }

    private void awaitReady(String path) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not listening yet
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IllegalStateException("the server on port " + port + " did not start");
    }

    int port() {
        return port;
    }

    /** Seconds of processor time that it has used so far. */
    double cpuSeconds() {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same of its threads that live and whose names, cut after 15 characters, are asked for. */
    double cpuSeconds(Predicate<String> threads) {
        double nanos = 0;
        for (File thread : Path.of("/proc", String.valueOf(process.pid()), "task").toFile().listFiles()) {
            try {
                if (threads.test(Files.readString(thread.toPath().resolve("comm")).strip())) {
                    nanos += Double.parseDouble(Files.readString(thread.toPath().resolve("schedstat")).split(" ")[0]);
                }
            } catch (IOException e) {
                // it has ended in this moment
            }
        }
        return nanos / 1e9;
    }

    int residentMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
