package dev.serai.warehouse;

import com.google.api.gax.retrying.RetrySettings;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.http.HttpTransportOptions;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.privacy.PersonStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A project of Google BigQuery, through Google's own client. Settings: {@code location} of the datasets,
 * {@code credentialsFile} with a service account's key (without it, the machine's default credentials),
 * {@code loadSeconds} between batches, {@code endpoint} of an emulator, which needs no login.
 *
 * <p>A transaction takes seconds and is billed for 10 MB per table at least, however few its rows; so batches are rare
 * and large. Source: BigQuery's documents "Quotas and limits" and "Estimate and control costs".
 */
final class BigQueryWarehouse extends Warehouse {

    static final String SCHEME = "bigquery://";

    /** A transaction may change 100; three are the hub's own. */
    static final int MAX_TABLES = 97;

    /** A script has at most a million characters, and a column takes about a hundred. */
    private static final Limits LIMITS = new Limits(Limits.COLUMNS, Limits.NO_LIMIT, 7_000, MAX_TABLES);

    private static final String LOAD_SECONDS = "60";
    private static final int MAX_LOAD_SECONDS = 3_600;
    private static final int RECORDS = 50_000;
    private static final int BYTES = 32 * 1024 * 1024;

    private final String project;
    private final String location;
    private final String endpoint;
    private final Credentials credentials;
    private final Duration age;

    private BigQueryWarehouse(WarehouseSettings settings, String project, Credentials credentials, int loadSeconds) {
        super(settings);
        this.project = project;
        this.location = settings.options().getOrDefault("location", "US");
        this.endpoint = settings.options().get("endpoint");
        this.credentials = credentials;
        this.age = Duration.ofSeconds(loadSeconds);
    }

    /** @throws SettingsException with everything that is wrong with the settings */
    static BigQueryWarehouse of(WarehouseSettings settings) {
        List<Problem> problems = new ArrayList<>();
        String project = settings.url().substring(SCHEME.length());
        if (!project.matches("[a-z][a-z0-9.:-]*[a-z0-9]")) {
            problems.add(problem(settings, "url", "'" + settings.url() + "' names no project", "write bigquery://<project id>"));
        }
        if (!settings.options().getOrDefault("location", "US").matches("[A-Za-z][A-Za-z0-9-]*")) {
            problems.add(problem(settings, "location", "'" + settings.options().get("location") + "' is no location",
                    "write EU, US or a region such as europe-west6"));
        }
        int seconds = loadSeconds(settings, problems);
        Credentials credentials = credentials(settings, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new BigQueryWarehouse(settings, project, credentials, seconds);
    }

    @Override
    public String kind() {
        return "BigQuery";
    }

    @Override
    Limits limits() {
        return LIMITS;
    }

    @Override
    BatchLimits batchLimits() {
        return new BatchLimits(RECORDS, BYTES, age);
    }

    @Override
    Session connect(Throwable failure) throws WarehouseFault {
        return new BigQuerySession(client());
    }

    @Override
    public PersonStore people() {
        return new BigQueryPeople(name(), this::client);
    }

    private BigQueryClient client() throws WarehouseFault {
        BigQueryOptions.Builder options = BigQueryOptions.newBuilder();
        options.setProjectId(project).setTransportOptions(HttpTransportOptions.newBuilder()
                .setConnectTimeout(10_000).setReadTimeout(120_000).build());
        // the loader tries again by itself, with patience
        options.setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(3).setInitialRetryDelayDuration(Duration.ofMillis(500))
                .setRetryDelayMultiplier(2).setMaxRetryDelayDuration(Duration.ofSeconds(4))
                .setTotalTimeoutDuration(Duration.ofMinutes(2)).build());
        if (endpoint != null) {
            options.setHost(endpoint);
        }
        try {
            options.setCredentials(credentials == null ? GoogleCredentials.getApplicationDefault() : credentials);
        } catch (IOException e) {
            throw BigQueryFault.noLogin(e);
        }
        return new BigQueryClient(options.setLocation(location).build().getService(), project, location);
    }

    /** Null for the machine's own, which are looked for when they are needed. */
    private static Credentials credentials(WarehouseSettings settings, List<Problem> problems) {
        String file = settings.options().get("credentialsFile");
        if (file == null) {
            return settings.options().containsKey("endpoint") ? NoCredentials.getInstance() : null;
        }
        try (InputStream key = Files.newInputStream(Path.of(file))) {
            return GoogleCredentials.fromStream(key);
        } catch (IOException e) {
            problems.add(problem(settings, "credentialsFile", "'" + file + "' cannot be read as credentials: "
                    + WarehouseFault.sentence(e), "name the JSON key file of a service account"));
            return null;
        }
    }

    private static int loadSeconds(WarehouseSettings settings, List<Problem> problems) {
        String text = settings.options().getOrDefault("loadSeconds", LOAD_SECONDS);
        if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MAX_LOAD_SECONDS) {
            return Integer.parseInt(text);
        }
        problems.add(problem(settings, "loadSeconds", "'" + text + "' is no number of seconds",
                "write a whole number from 1 to " + MAX_LOAD_SECONDS));
        return 0;
    }

    private static Problem problem(WarehouseSettings settings, String setting, String what, String remedy) {
        return new Problem(settings.name() + "." + setting, 0, 0, what, remedy);
    }
}
