package dev.serai.warehouse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands between a client and a server, and can be cut: connections break, new ones are closed at once. */
final class CutOff implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CutOff.class);

    private final ServerSocket front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int port;
    private volatile boolean isCut;

    CutOff(int port) throws IOException {
        this.port = port;
        start(this::accept);
    }

    int port() {
        return front.getLocalPort();
    }

    void cut() {
        isCut = true;
        open.forEach(CutOff::end);
    }

    void mend() {
        isCut = false;
    }

    private void accept() throws IOException {
        while (!front.isClosed()) {
            Socket client = front.accept();
            if (isCut) {
                end(client);
                continue;
            }
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(client);
            open.add(server);
            start(() -> pump(client.getInputStream(), server.getOutputStream(), client, server));
            start(() -> pump(server.getInputStream(), client.getOutputStream(), client, server));
        }
    }

    private static void pump(InputStream in, OutputStream out, Socket... both) throws IOException {
        try (in; out) {
            in.transferTo(out);
        } finally {
            for (Socket socket : both) {
                end(socket);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                LOG.debug("A connection ended", e);
            }
        }, "cut-off");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A connection was closed already", e);
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        open.forEach(CutOff::end);
    }
}
