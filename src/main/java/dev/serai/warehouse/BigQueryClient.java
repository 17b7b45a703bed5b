package dev.serai.warehouse;

import com.google.cloud.BaseServiceException;
import com.google.cloud.RetryOption;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobException;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.QueryParameterValue;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Google's client as the dialect uses it: a statement and its rows, a script run to its end, each failure as a
 * {@link WarehouseFault}. A job runs under an id made here, so that a request repeated after a lost answer meets its
 * own job and not a second one.
 *
 * <p>Hazard: a fault does not tell that a job did nothing; it may still be running, and commit later.
 */
final class BigQueryClient {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    final BigQuery api;
    final String project;
    final String location;

    BigQueryClient(BigQuery api, String project, String location) {
        this.api = api;
        this.project = project;
        this.location = location;
    }

    /** A table's whole name, quoted. */
    String table(String dataset, String name) {
        return BigQuerySql.quoted(project + "." + dataset + "." + name);
    }

    String table(Table table) {
        return table(table.schema, table.name);
    }

    JobId newJob() {
        return job().setJob("serai_" + UUID.randomUUID()).build();
    }

    /** Gives each row of a SELECT, page by page. */
    void query(String sql, Map<String, QueryParameterValue> parameters, Consumer<FieldValueList> row) throws WarehouseFault {
        try {
            api.query(configuration(sql, parameters).build(), job().build()).iterateAll().forEach(row);
        } catch (BaseServiceException | JobException e) {
            throw BigQueryFault.of(e);
        } catch (InterruptedException e) {
            throw BigQueryFault.interrupted(e);
        }
    }

    /** Runs a script, or one statement that returns nothing. */
    void run(String script, Map<String, QueryParameterValue> parameters) throws WarehouseFault {
        JobId id = newJob();
        JobInfo job = JobInfo.of(id, configuration(script, parameters).setJobTimeoutMs(PATIENCE.toMillis()).build());
        await(call(() -> create(job, id)));
    }

    private Job create(JobInfo job, JobId id) {
        try {
            return api.create(job);
        } catch (BigQueryException e) {
            Job there = e.getCode() == HttpURLConnection.HTTP_CONFLICT ? api.getJob(id) : null;
            if (there == null) {
                throw e;
            }
            return there;
        }
    }

    /** Waits for a job's end and for its good end. */
    void await(Job job) throws WarehouseFault {
        try {
            Job done = job.waitFor(RetryOption.maxRetryDelayDuration(Duration.ofSeconds(4)),
                    RetryOption.totalTimeoutDuration(PATIENCE.plusMinutes(1)));
            if (done == null) {
                throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "BigQuery forgot job " + job.getJobId().getJob(), null);
            }
            if (done.getStatus().getError() != null) {
                throw BigQueryFault.of(new BigQueryException(List.of(done.getStatus().getError())));
            }
        } catch (BaseServiceException | JobException e) {
            throw BigQueryFault.of(e);
        } catch (InterruptedException e) {
            throw BigQueryFault.interrupted(e);
        }
    }

    <T> T call(Supplier<T> request) throws WarehouseFault {
        try {
            return request.get();
        } catch (BaseServiceException | JobException e) {
            throw BigQueryFault.of(e);
        }
    }

    private JobId.Builder job() {
        return JobId.newBuilder().setProject(project).setLocation(location);
    }

    private static QueryJobConfiguration.Builder configuration(String sql, Map<String, QueryParameterValue> parameters) {
        return QueryJobConfiguration.newBuilder(sql).setUseLegacySql(false).setNamedParameters(parameters);
    }
}
