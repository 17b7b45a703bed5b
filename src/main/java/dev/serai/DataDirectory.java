package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The directory that the embedded broker and the embedded warehouse write to, locked for this process. The lock is the
 * operating system's, so it ends with the process however that ends.
 */
final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws SettingsException if it cannot be written, or another hub has it */
    static DataDirectory lock(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(path.resolve(".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new SettingsException(new Problem("serai.data.dir=" + path, 0, 0,
                        "another hub is running in this data directory",
                        "stop it, or set another serai.data.dir"));
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new SettingsException(new Problem("serai.data.dir=" + path, 0, 0,
                    "cannot be written: " + e.getMessage(), "set serai.data.dir to a directory of your own"));
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** What tells the hub of this directory from every other one, made when it is asked for first. */
    String hubId() {
        Path file = path.resolve("hub-id");
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be written: " + file, e);
        }
    }

    /** For files that may be lost; made if it is not there. */
    Path scratch() {
        try {
            return Files.createDirectories(path.resolve("scratch"));
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for scratch files", e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
