package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where files for Redshift go, and as whom the hub and Redshift may use the bucket.
 *
 * @param prefix   of all keys; empty, or with a slash at its end
 * @param region   of the bucket
 * @param endpoint where the hub reaches the bucket, empty for Amazon's; Redshift itself reads from {@code s3://}
 * @param key      the access key, empty for the SDK's own chain (environment, profile, the machine's role)
 * @param secret   of the key
 * @param iamRole  as which Redshift reads; empty for the access key
 */
record BucketSettings(String bucket, String prefix, String region, String endpoint, String key, String secret,
                      String iamRole) {

    /** @return null if there is no bucket in the settings */
    static BucketSettings of(WarehouseSettings settings) {
        Map<String, String> options = settings.options();
        String bucket = options.getOrDefault("bucket", "");
        if (bucket.isEmpty()) {
            return null;
        }
        String prefix = options.getOrDefault("bucketPrefix", "serai");
        BucketSettings found = new BucketSettings(bucket, prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
                options.getOrDefault("bucketRegion", ""), options.getOrDefault("bucketEndpoint", ""),
                options.getOrDefault("bucketKey", ""), options.getOrDefault("bucketSecret", ""),
                options.getOrDefault("iamRole", ""));
        List<Problem> problems = new ArrayList<>();
        if (found.region.isEmpty()) {
            problems.add(new Problem(settings.name(), 0, 0, "bucket needs bucketRegion", "set it, for instance to eu-central-1"));
        }
        if (found.key.isEmpty() != found.secret.isEmpty()) {
            problems.add(new Problem(settings.name(), 0, 0, "bucketKey and bucketSecret belong together", "set both or none"));
        }
        if (found.key.isEmpty() && found.iamRole.isEmpty()) {
            problems.add(new Problem(settings.name(), 0, 0, "Redshift cannot read the bucket as nobody",
                    "set iamRole, or bucketKey and bucketSecret"));
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        DriverCheck.require(settings, "a bucket", "redshift", "software.amazon.awssdk.services.s3.S3Client");
        return found;
    }

    /** What COPY is told. Values are literals: a quote in one must not end it. */
    String authorization() {
        if (iamRole.equals("default")) {
            return "IAM_ROLE default";
        }
        return iamRole.isEmpty()
                ? "ACCESS_KEY_ID " + Sql.literal(key) + " SECRET_ACCESS_KEY " + Sql.literal(secret)
                : "IAM_ROLE " + Sql.literal(iamRole);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BucketSettings[" + bucket + "]";
    }
}
