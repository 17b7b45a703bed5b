package dev.serai.warehouse;

import dev.serai.warehouse.WarehouseFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Rows as files in a bucket, and {@code COPY} from there: a file per table and batch, under a name that never comes
 * again, so one that a dead process left is never read. A rule of the bucket that removes old files does no harm.
 * Source: Amazon Redshift Database Developer Guide, "COPY from JSON format" and "Data format parameters".
 */
final class BucketStaging implements Staging {

    private static final Logger LOG = LoggerFactory.getLogger(BucketStaging.class);

    private final BucketSettings settings;
    private final S3Client client;
    private final Connection connection;
    private final StagedDialect dialect = new RedshiftDialect();
    private final List<String> keys = new ArrayList<>();

    private BucketStaging(BucketSettings settings, S3Client client, Connection connection) {
        this.settings = settings;
        this.client = client;
        this.connection = connection;
    }

    /** Writes and deletes a file, so that a wrong key is told at the start and not with the first event. */
    static BucketStaging open(BucketSettings settings, Connection connection) throws WarehouseFault {
        BucketStaging staging = new BucketStaging(settings, client(settings), connection);
        try {
            String key = staging.newKey("check");
            staging.client.putObject(put -> put.bucket(settings.bucket()).key(key), RequestBody.empty());
            staging.client.deleteObject(delete -> delete.bucket(settings.bucket()).key(key));
            return staging;
        } catch (SdkException e) {
            staging.close();
            throw fault(settings, e);
        }
    }

    private static S3Client client(BucketSettings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(10)))
                .region(Region.of(settings.region()))
                // services that are only like Amazon's know no checksums in trailers and no signed chunks
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false));
        if (!settings.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(settings.endpoint())).forcePathStyle(true);
        }
        if (!settings.key().isEmpty()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.key(), settings.secret())));
        }
        return builder.build();
    }

    @Override
    public void fill(List<Rows> all) throws IOException, SQLException {
        for (Rows rows : all) {
            String key = newKey(rows.table().name);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            try (JsonRows json = new JsonRows(file, rows.table(), dialect.textBytes(), name -> name, "")) {
                rows.writing().to(json);
            }
            keys.add(key);
            try {
                client.putObject(put -> put.bucket(settings.bucket()).key(key), RequestBody.fromBytes(file.toByteArray()));
            } catch (SdkException e) {
                throw new IOException("the bucket " + settings.bucket() + " does not take a file: "
                        + WarehouseFault.sentence(e), e);
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("COPY " + rows.stage() + " (" + dialect.names(rows.table().columns()) + ") FROM "
                        + Sql.literal("s3://" + settings.bucket() + "/" + key) + " " + settings.authorization() + " REGION "
                        + Sql.literal(settings.region())
                        + " FORMAT JSON 'auto' GZIP TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF");
            }
        }
    }

    @Override
    public void clear() {
        for (String key : keys) {
            try {
                client.deleteObject(delete -> delete.bucket(settings.bucket()).key(key));
            } catch (SdkException e) {
                LOG.warn("A file stays in the bucket; it is never read again bucket={} key={}", settings.bucket(), key, e);
            }
        }
        keys.clear();
    }

    @Override
    public void close() {
        clear();
        client.close();
    }

    private String newKey(String table) {
        return settings.prefix() + UUID.randomUUID() + "/" + table + ".json.gz";
    }

    private static WarehouseFault fault(BucketSettings settings, SdkException e) {
        boolean isRefused = e instanceof S3Exception refused && refused.statusCode() >= 300 && refused.statusCode() < 500
                && refused.statusCode() != 408 && refused.statusCode() != 429;
        String sentence = "the bucket " + settings.bucket() + " does not take a file: " + WarehouseFault.sentence(e);
        return isRefused
                ? new WarehouseFault(Kind.SETTINGS, sentence + "; check bucket, bucketRegion, bucketKey and bucketSecret,"
                        + " which must be allowed to put and delete objects", e)
                : new WarehouseFault(Kind.UNAVAILABLE, sentence, e);
    }
}
