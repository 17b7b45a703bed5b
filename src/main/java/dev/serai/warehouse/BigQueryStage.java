package dev.serai.warehouse;

import com.google.cloud.BaseServiceException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.JobInfo.CreateDisposition;
import com.google.cloud.bigquery.JobInfo.WriteDisposition;
import com.google.cloud.bigquery.RangePartitioning;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableDataWriteChannel;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import com.google.cloud.bigquery.WriteChannelConfiguration;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a batch in a table of their own, brought there by one load job whatever the number of tables: gzipped
 * lines of JSON, partitioned by the table they are for, so that each statement reads its own part only. It costs one
 * load job where a job per table would take hundreds, and load jobs have daily quotas.
 *
 * <p>The table expires by itself, so a process that dies leaves nothing for long. Source: BigQuery's documents "Loading
 * JSON data from Cloud Storage" and "Introduction to partitioned tables".
 */
final class BigQueryStage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BigQueryStage.class);

    private static final Duration LIFE = Duration.ofHours(6);
    private static final int CHUNK = 1024 * 1024;
    private static final Schema SCHEMA = Schema.of(Field.of("part", StandardSQLTypeName.INT64),
            Field.newBuilder("v", StandardSQLTypeName.STRUCT, Field.of("s", StandardSQLTypeName.STRING))
                    .setMode(Field.Mode.REPEATED).build());

    private final BigQueryClient client;
    private final TableId table;

    /** Writes all rows. */
    interface Writing {
        void to(BigQueryRows rows) throws IOException, SQLException;
    }

    private BigQueryStage(BigQueryClient client) {
        this.client = client;
        this.table = TableId.of(client.project, BigQuerySession.DATASET, "stage_" + UUID.randomUUID().toString().replace("-", ""));
    }

    static BigQueryStage load(BigQueryClient client, Writing rows) throws WarehouseFault {
        BigQueryStage stage = new BigQueryStage(client);
        try {
            stage.create();
            stage.fill(rows);
            return stage;
        } catch (WarehouseFault e) {
            stage.close();
            throw e;
        }
    }

    /** The values of a part as columns {@code c0}, {@code c1}, ..., each of its column's type. */
    String select(int part, Table target) {
        return target.columns().stream()
                .map(column -> BigQuerySql.fromText("v[OFFSET(" + column.position + ")].s", column.type()) + " AS c" + column.position)
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + client.table(table.getDataset(), table.getTable())
                        + " WHERE part = " + part));
    }

    @Override
    public void close() {
        try {
            client.call(() -> client.api.delete(table));
        } catch (WarehouseFault e) {
            LOG.debug("A stage table stays until it expires table={}", table.getTable(), e);
        }
    }

    private void create() throws WarehouseFault {
        StandardTableDefinition definition = StandardTableDefinition.newBuilder().setSchema(SCHEMA)
                .setRangePartitioning(RangePartitioning.newBuilder().setField("part").setRange(RangePartitioning.Range
                        .newBuilder().setStart(0L).setEnd((long) BigQueryWarehouse.MAX_TABLES).setInterval(1L).build()).build())
                .build();
        client.call(() -> client.api.create(TableInfo.newBuilder(table, definition)
                .setExpirationTime(System.currentTimeMillis() + LIFE.toMillis()).build()));
    }

    private void fill(Writing rows) throws WarehouseFault {
        WriteChannelConfiguration load = WriteChannelConfiguration.newBuilder(table).setFormatOptions(FormatOptions.json())
                .setSchema(SCHEMA).setCreateDisposition(CreateDisposition.CREATE_NEVER)
                .setWriteDisposition(WriteDisposition.WRITE_APPEND).build();
        TableDataWriteChannel channel = client.call(() -> client.api.writer(client.newJob(), load));
        channel.setChunkSize(CHUNK);
        try (OutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), CHUNK / 16)) {
            rows.to(new BigQueryRows(out));
        } catch (BaseServiceException | IOException | SQLException e) {
            throw BigQueryFault.of(e);
        }
        client.await(channel.getJob());
    }
}
