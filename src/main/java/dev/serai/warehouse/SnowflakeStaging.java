package dev.serai.warehouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows as files on the user's own stage, which every user has and nobody else reads: all files of a batch in one PUT,
 * and a COPY per table. Their folder's name never comes again, so what a dead process left is never read. Source:
 * Snowflake Documentation, "PUT", "COPY INTO table", "REMOVE".
 */
final class SnowflakeStaging implements Staging {

    private static final Logger LOG = LoggerFactory.getLogger(SnowflakeStaging.class);

    /** Without NULL_IF, a text {@code \N} would be NULL. */
    private static final String FORMAT = " FILE_FORMAT = (TYPE = JSON COMPRESSION = GZIP NULL_IF = () TRIM_SPACE = FALSE"
            + " TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') MATCH_BY_COLUMN_NAME = CASE_SENSITIVE"
            + " ON_ERROR = ABORT_STATEMENT";

    private final Connection connection;
    private final StagedDialect dialect = new SnowflakeDialect();
    private final Path local;
    private final List<String> folders = new ArrayList<>();

    SnowflakeStaging(Connection connection) throws IOException {
        this.connection = connection;
        this.local = Files.createTempDirectory("serai-snowflake");
    }

    @Override
    public void fill(List<Rows> all) throws IOException, SQLException {
        if (all.isEmpty()) {
            return;
        }
        String folder = "@~/serai/" + UUID.randomUUID();
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < all.size(); i++) {
                Rows rows = all.get(i);
                try (JsonRows json = new JsonRows(Files.newOutputStream(local.resolve(file(i))), rows.table(),
                        dialect.textBytes(), dialect::stored, " +00:00")) {
                    rows.writing().to(json);
                }
            }
            folders.add(folder);
            statement.execute("PUT " + Sql.literal("file://" + local.toString().replace('\\', '/') + "/*.json.gz") + " " + folder
                    + " SOURCE_COMPRESSION = GZIP AUTO_COMPRESS = FALSE PARALLEL = 4");
            deleteLocal();
            for (int i = 0; i < all.size(); i++) {
                statement.execute("COPY INTO " + all.get(i).stage() + " FROM " + folder + " FILES = (" + Sql.literal(file(i)) + ")"
                        + FORMAT);
            }
        }
    }

    @Override
    public void clear() {
        for (String folder : folders) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("REMOVE " + folder);
            } catch (SQLException e) {
                LOG.warn("Files stay on the user's stage; they are never read again folder={}", folder, e);
            }
        }
        folders.clear();
    }

    @Override
    public void close() {
        clear();
        try {
            deleteLocal();
            Files.delete(local);
        } catch (IOException e) {
            LOG.warn("Files of a batch stay behind folder={}", local, e);
        }
    }

    private void deleteLocal() throws IOException {
        try (Stream<Path> files = Files.list(local)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static String file(int number) {
        return number + ".json.gz";
    }
}
