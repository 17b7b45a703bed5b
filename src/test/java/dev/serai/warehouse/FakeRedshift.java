package dev.serai.warehouse;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Redshift for the unmodified Redshift driver: PostgreSQL's protocol, which is Redshift's, passed on to the PostgreSQL
 * of the tests; each statement goes through {@link RedshiftSql} first. Isolation is serializable, as Redshift's, and
 * errors that Redshift words in its own way are worded so.
 *
 * <p>It has PostgreSQL's row, which must fit into a page, its types, and its speed; a test of those says nothing of
 * Redshift. Source: PostgreSQL's manual, "Message Formats"; Amazon Redshift Database Developer Guide.
 */
final class FakeRedshift implements AutoCloseable {

    static final String PASSWORD = "Secret-1";

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;

    private final ServerSocket server;
    private final int postgresPort;
    private final RedshiftSql.Files files;

    FakeRedshift(int postgresPort, RedshiftSql.Files files) throws IOException {
        this.postgresPort = postgresPort;
        this.files = files;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("fake-redshift", this::accept);
    }

    /** TLS is the driver's business and not tested. */
    String url(String database) {
        return "jdbc:redshift://localhost:" + server.getLocalPort() + "/" + database + "?ssl=false";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                daemon("fake-redshift-client", () -> new Session(client).run());
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One client's connection. */
    private final class Session {

        private final Socket client;
        private volatile boolean isInTransaction;
        private volatile RedshiftSql.Statement current = RedshiftSql.Statement.NONE;
        private volatile int processId;
        private String database;

        Session(Socket client) {
            this.client = client;
        }

        void run() {
            try (client; Socket postgres = new Socket(InetAddress.getLoopbackAddress(), postgresPort)) {
                client.setTcpNoDelay(true);
                postgres.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                if (!start(in, postgres.getOutputStream())) {
                    return;
                }
                daemon("fake-redshift-server", () -> relayAnswers(postgres));
                relayQuestions(in, postgres.getOutputStream());
            } catch (EOFException | SocketException e) {
                // somebody closed its end
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private boolean start(DataInputStream in, OutputStream postgres) throws IOException {
            while (true) {
                byte[] message = in.readNBytes(in.readInt() - 4);
                int code = ByteBuffer.wrap(message).getInt();
                if (code == SSL_REQUEST || code == GSS_REQUEST) {
                    client.getOutputStream().write('N');
                } else if (code == CANCEL_REQUEST) {
                    return false;
                } else {
                    Map<String, String> parameters = parameters(message);
                    database = parameters.get("database");
                    return authenticate(in, parameters.get("user")) && open(parameters, postgres);
                }
            }
        }

        private boolean authenticate(DataInputStream in, String user) throws IOException {
            client.getOutputStream().write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3});
            if (in.readByte() != 'p') {
                return false;
            }
            String password = new String(in.readNBytes(in.readInt() - 4), StandardCharsets.UTF_8);
            if (!password.equals(PASSWORD + "\0")) {
                send(client.getOutputStream(), 'E', error("FATAL", "28000",
                        "password authentication failed for user \"" + user + "\""));
                return false;
            }
            return true;
        }

        private boolean open(Map<String, String> parameters, OutputStream postgres) throws IOException {
            ByteArrayOutputStream startup = new ByteArrayOutputStream();
            startup.write(new byte[] {0, 3, 0, 0});
            for (String pair : new String[] {"user", parameters.get("user"), "database", database,
                    "client_encoding", "UTF8", "options", "-c default_transaction_isolation=serializable"}) {
                startup.write(pair.getBytes(StandardCharsets.UTF_8));
                startup.write(0);
            }
            startup.write(0);
            postgres.write(ByteBuffer.allocate(4).putInt(startup.size() + 4).array());
            postgres.write(startup.toByteArray());
            return true;
        }

        private void relayQuestions(DataInputStream in, OutputStream postgres) throws IOException {
            while (true) {
                byte type = in.readByte();
                byte[] body = in.readNBytes(in.readInt() - 4);
                if (type == 'Q') {
                    body = (translate(text(body, 0)) + "\0").getBytes(StandardCharsets.UTF_8);
                } else if (type == 'P') {
                    String name = text(body, 0);
                    int from = name.getBytes(StandardCharsets.UTF_8).length + 1;
                    String sql = text(body, from);
                    int rest = from + sql.getBytes(StandardCharsets.UTF_8).length + 1;
                    ByteArrayOutputStream changed = new ByteArrayOutputStream();
                    changed.write((name + "\0" + translate(sql) + "\0").getBytes(StandardCharsets.UTF_8));
                    changed.write(body, rest, body.length - rest);
                    body = changed.toByteArray();
                }
                send(postgres, type, body);
            }
        }

        private String translate(String sql) throws IOException {
            current = RedshiftSql.translate(sql, isInTransaction, files);
            return current.sql();
        }

        private void relayAnswers(Socket postgres) {
            try (client) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(postgres.getInputStream()));
                OutputStream out = client.getOutputStream();
                while (true) {
                    byte type = in.readByte();
                    byte[] body = in.readNBytes(in.readInt() - 4);
                    if (type == 'Z') {
                        isInTransaction = body[0] != 'I';
                    } else if (type == 'K') {
                        processId = ByteBuffer.wrap(body).getInt();
                    } else if (type == 'E') {
                        body = reword(body);
                    }
                    send(out, type, body);
                }
            } catch (EOFException | SocketException e) {
                // somebody closed its end
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private byte[] reword(byte[] body) {
            Map<Character, String> fields = new LinkedHashMap<>();
            for (int at = 0; body[at] != 0;) {
                String value = text(body, at + 1);
                fields.put((char) body[at], value);
                at += value.getBytes(StandardCharsets.UTF_8).length + 2;
            }
            String message = fields.get('M');
            if (fields.get('C').equals("40001") || fields.get('C').equals("40P01")) {
                return error("ERROR", "XX000", "1023", "Serializable isolation violation on table - 1, transactions forming"
                        + " the cycle are: 1, 2 (pid:" + processId + ")");
            }
            if (current.copiesTo() != null && !fields.get('C').startsWith("25")) {
                noteLoadError(message);
                return error("ERROR", "XX000", "Load into table '" + current.copiesTo() + "' failed. Check"
                        + " 'stl_load_errors' system table for details.");
            }
            return body;
        }

        private void noteLoadError(String message) {
            try (Connection connection = TestDatabase.connect("jdbc:postgresql://localhost:" + postgresPort + "/" + database);
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO sys_load_error_detail VALUES (?, ?, ?, now())")) {
                insert.setInt(1, processId);
                insert.setString(2, "value      ");
                insert.setString(3, message + "      ");
                insert.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException("the fake cannot note a load error", e);
            }
        }
    }

    private static void send(OutputStream out, int type, byte[] body) throws IOException {
        byte[] message = ByteBuffer.allocate(body.length + 5).put((byte) type).putInt(body.length + 4).put(body).array();
        synchronized (out) {
            out.write(message);
        }
    }

    private static byte[] error(String severity, String state, String message, String... detail) {
        String body = "S" + severity + "\0C" + state + "\0M" + message + "\0" + (detail.length > 0 ? "D" + detail[0] + "\0" : "")
                + "\0";
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> parameters(byte[] startup) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String[] parts = new String(startup, 4, startup.length - 4, StandardCharsets.UTF_8).split("\0");
        for (int i = 0; i + 1 < parts.length; i += 2) {
            parameters.put(parts[i], parts[i + 1]);
        }
        return parameters;
    }

    private static String text(byte[] body, int from) {
        int end = from;
        while (body[end] != 0) {
            end++;
        }
        return new String(body, from, end - from, StandardCharsets.UTF_8);
    }
}
