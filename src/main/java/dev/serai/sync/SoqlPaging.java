package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Collection.PagingStyle;
import dev.serai.salesforce.BulkCsv;
import dev.serai.salesforce.Describe;
import dev.serai.salesforce.QueryPage;
import dev.serai.salesforce.Row;
import dev.serai.sync.SyncFault.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Style {@code soql}: Salesforce, by a stamp and the id. Stamps are shared by thousands of rows of one bulk update, so a
 * page goes on after (stamp, id), never after the stamp alone; each page is a query of its own, so no locator can expire.
 * Rows become visible late, hence a look-back at the beginning of each run. Deleted rows come with the others
 * (queryAll); those that were removed from the recycle bin do not, so now and then all ids are compared.
 *
 * <p>An object of very many rows is first read by the Bulk API: one job, its results by locator, then what was changed
 * since it began. An object without a stamp is read whole, by id. What an object is like is asked at the beginning of
 * each run, since people change it.
 */
record SoqlPaging(PagingStyle style) implements Paging {

    private static final String DESCRIBE = "describe";
    private static final String COUNT = "count";
    private static final String QUERY = "query";
    private static final String BULK_CREATE = "bulk-create";
    private static final String BULK_POLL = "bulk-poll";
    private static final String BULK_RESULTS = "bulk-results";

    /** In the run's memory. */
    private static final String OBJECT = "object";
    private static final String RUN_BEGAN = "began";

    /** In the cursor: what comes next, and where it stands. */
    private static final String STEP = "step";
    private static final String STAMP = "stamp";
    private static final String ID = "id";
    private static final String JOB = "job";
    private static final String LOCATOR = "locator";
    private static final String POLLS = "polls";
    private static final String BEGAN = "began";
    private static final String SWEPT = "swept";

    /** Steps of a cursor. */
    private static final String ROWS = "rows";
    private static final String BULK = "bulk";
    private static final String SWEEP = "sweep";
    private static final String WHOLE = "whole";

    private static final Pattern USAGE = Pattern.compile("api-usage=(\\d+)/(\\d+)");
    private static final int MAX_PAGE = 2_000;
    private static final long MAX_POLL_SECONDS = 30;

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        Ask ask = new Ask(QUERY, run.endpoint(), Map.of(), Map.of(), style.text("limit"), false);
        if (!(run.memory().get(OBJECT) instanceof Describe object)) {
            return ask.of(DESCRIBE, Map.of());
        }
        String step = cursor.path(STEP).asText();
        if (step.equals(BULK)) {
            return bulk(cursor, ask, object, run);
        }
        if (step.equals(SWEEP)) {
            return soql(ask, "SELECT Id FROM " + object.name() + afterId(cursor) + " ORDER BY Id LIMIT " + MAX_PAGE);
        }
        if (step.equals(WHOLE)) {
            return soql(ask, object.select() + afterId(cursor) + " ORDER BY Id LIMIT "
                    + MAX_PAGE);
        }
        if (step.isEmpty() && style.number("bulkRows", 0) > 0) {
            return soql(ask.of(COUNT, Map.of()), "SELECT COUNT() FROM " + object.name());
        }
        return rows(cursor, ask, object, run);
    }

    private Ask rows(ObjectNode cursor, Ask ask, Describe object, Run run) {
        String stamp = object.cursor().orElseThrow();
        String condition;
        if (cursor.has(ID)) {
            String last = cursor.path(STAMP).asText();
            condition = "(" + stamp + " > " + last + " OR (" + stamp + " = " + last + " AND Id > '" + cursor.path(ID).asText()
                    + "'))";
        } else {
            condition = from(cursor, run).equals(Instant.EPOCH) ? "" : stamp + " >= " + from(cursor, run);
        }
        return soql(ask, object.select() + (condition.isEmpty() ? "" : " WHERE " + condition)
                + " ORDER BY " + stamp + ", Id LIMIT " + MAX_PAGE);
    }

    /** Where a run begins: a while before the last one's end. */
    private Instant from(ObjectNode cursor, Run run) {
        return cursor.has(STAMP)
                ? Times.instant(Times.micros(cursor.path(STAMP).asText())).minusSeconds(style.number("lookBackSeconds", 0))
                : run.since();
    }

    private Ask bulk(ObjectNode cursor, Ask ask, Describe object, Run run) {
        if (!cursor.has(JOB)) {
            Instant from = from(cursor, run);
            String condition = from.equals(Instant.EPOCH) ? "" : " WHERE " + object.cursor().orElseThrow() + " >= " + from;
            return soql(ask.of(BULK_CREATE, Map.of()).resuming(), object.select() + condition);
        }
        String job = cursor.path(JOB).asText();
        if (!cursor.has(LOCATOR)) {
            long seconds = Math.min(MAX_POLL_SECONDS, cursor.path(POLLS).asLong());
            return ask.of(BULK_POLL, Map.of(JOB, job, Ask.WAIT, Duration.ofSeconds(seconds))).resuming();
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(JOB, job);
        headers.put("maxRecords", style.number("size", MAX_PAGE));
        if (!cursor.path(LOCATOR).asText().isEmpty()) {
            headers.put(LOCATOR, cursor.path(LOCATOR).asText());
        }
        return ask.of(BULK_RESULTS, headers).resuming();
    }

    private static Ask soql(Ask ask, String soql) {
        return ask.of(ask.kind(), Map.of("soql", soql));
    }

    private static String afterId(ObjectNode cursor) {
        return cursor.has(ID) ? " WHERE Id > '" + cursor.path(ID).asText() + "'" : "";
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        checkBudget(answer);
        ObjectNode next = cursor.deepCopy();
        return switch (ask.kind()) {
            case DESCRIBE -> described(next, answer, run);
            case COUNT -> new Page(List.of(), next.put(STEP, isMuch(answer) ? BULK : ROWS), false);
            case BULK_CREATE -> new Page(List.of(), next.put(JOB, text(json(answer), "id"))
                    .put(BEGAN, began(answer)).put(POLLS, 0), false);
            case BULK_POLL -> polled(next, json(answer));
            case BULK_RESULTS -> results(next, answer, object(run));
            default -> queried(next, answer, run);
        };
    }

    /** By Salesforce's clock, as everything that is compared with stamps. */
    private static String began(Answer answer) throws SyncFault {
        long created = Times.micros(json(answer).path("createdDate"));
        return (created == Item.UNKNOWN ? answer.date() : Times.instant(created)).toString();
    }

    private Page described(ObjectNode next, Answer answer, Run run) throws SyncFault {
        Describe object = describe(answer);
        if (!object.has("Id") || !object.isQueryable()) {
            throw new SyncFault(Kind.REFUSED, object.name() + " has no rows with an Id that could be read");
        }
        run.memory().put(OBJECT, object);
        run.memory().put(RUN_BEGAN, answer.date());
        run.memory().put(Run.TEXT_FIELDS, Set.copyOf(object.textFields()));
        String step = next.path(STEP).asText();
        if (object.cursor().isEmpty()) {
            next.put(STEP, WHOLE);
        } else if (step.equals(WHOLE)) {
            next.removeAll();
        } else if (object.isWide() && (step.isEmpty() || step.equals(ROWS))) {
            // what is longer than an address may be can only be asked by a job
            next.remove(ID);
            next.put(STEP, BULK);
        }
        return new Page(List.of(), next, false);
    }

    private static Describe describe(Answer answer) throws SyncFault {
        try {
            return Describe.read(new ByteArrayInputStream(answer.body()));
        } catch (IOException e) {
            throw cut(e);
        }
    }

    private static SyncFault cut(Exception cause) {
        return new SyncFault(Kind.TRANSIENT, "the answer was cut short or has another form: " + cause.getMessage(), null, cause);
    }

    private boolean isMuch(Answer answer) throws SyncFault {
        return json(answer).path("totalSize").asLong() > style.number("bulkRows", 0);
    }

    private static Page polled(ObjectNode next, JsonNode job) throws SyncFault {
        String state = job.path("state").asText();
        switch (state) {
            case "JobComplete" -> {
                next.remove(POLLS);
                return new Page(List.of(), next.put(LOCATOR, ""), false);
            }
            case "Failed", "Aborted" -> throw new SyncFault(Kind.EXPIRED, "the bulk job is " + state + ": "
                    + job.path("errorMessage").asText());
            default -> {
                return new Page(List.of(), next.put(POLLS, next.path(POLLS).asLong() + 1), false);
            }
        }
    }

    private Page results(ObjectNode next, Answer answer, Describe object) throws SyncFault {
        List<Item> items = new ArrayList<>();
        try (BulkCsv rows = new BulkCsv(new ByteArrayInputStream(answer.body()), object)) {
            while (rows.hasNext()) {
                items.add(item(rows.next()));
            }
            String count = answer.header("Sforce-NumberOfRecords");
            if (!count.isEmpty() && Integer.parseInt(count) != rows.count()) {
                throw new SyncFault(Kind.TRANSIENT, "the answer holds " + rows.count() + " of " + count + " rows");
            }
        } catch (IOException | UncheckedIOException e) {
            throw cut(e);
        }
        String locator = answer.header("Sforce-Locator");
        // the header says the word null when there is no more
        if (!locator.isEmpty() && !locator.equals("null")) {
            return new Page(items, next.put(LOCATOR, locator), false);
        }
        ObjectNode rows = next.objectNode().put(STEP, ROWS).put(STAMP, next.path(BEGAN).asText())
                .put(SWEPT, next.path(next.has(SWEPT) ? SWEPT : BEGAN).asText());
        if (object.isWide() && isSweepDue(rows, answer)) {
            rows.put(STEP, SWEEP);
        }
        return new Page(items, rows, object.isWide() && !rows.path(STEP).asText().equals(SWEEP));
    }

    /** A row is what it is since its stamp, and there is nothing to be read of it but its id. */
    private static Item item(Row row) {
        long version = row.stamp() == null ? Item.UNKNOWN : Times.micros(row.stamp());
        ObjectNode known = JsonNodeFactory.instance.objectNode().put("Id", row.id());
        return new Item(row.json(), 0, row.json().length, null, known, version, row.isDeleted());
    }

    private Page queried(ObjectNode next, Answer answer, Run run) throws SyncFault {
        String step = next.path(STEP).asText();
        List<Item> items = new ArrayList<>();
        boolean isLast;
        try {
            QueryPage read = QueryPage.read(new ByteArrayInputStream(answer.body()), object(run));
            // a batch may hold fewer than were asked for, then there are next ones
            isLast = read.rows().size() < MAX_PAGE && read.next().isEmpty();
            for (Row row : read.rows()) {
                items.add(item(row));
                next.put(ID, row.id());
                if (!step.equals(SWEEP) && row.stamp() != null) {
                    next.put(STAMP, row.stamp());
                }
            }
        } catch (IOException e) {
            throw cut(e);
        }
        if (!isLast) {
            return new Page(items, next, false, step.equals(SWEEP));
        }
        next.remove(ID);
        return switch (step) {
            case SWEEP -> new Page(items, next.put(STEP, ROWS).put(SWEPT, answer.date().toString()), true, true);
            case WHOLE -> new Page(items, next, true);
            default -> new Page(items, ended(next, answer, run), !isSweepDue(next, answer));
        };
    }

    /**
     * The next run goes on from where this one began, by Salesforce's clock: what is stamped later may not all be visible
     * yet, and what is stamped much earlier is, however long ago the last change was.
     */
    private ObjectNode ended(ObjectNode next, Answer answer, Run run) {
        next.put(STAMP, run.memory().get(RUN_BEGAN).toString());
        if (!next.has(SWEPT)) {
            next.put(SWEPT, answer.date().toString());
        }
        return isSweepDue(next, answer) ? next.put(STEP, SWEEP) : next.put(STEP, ROWS);
    }

    private boolean isSweepDue(ObjectNode cursor, Answer answer) {
        int hours = style.number("sweepHours", 0);
        return hours > 0 && cursor.has(SWEPT)
                && !Instant.parse(cursor.path(SWEPT).asText()).plus(Duration.ofHours(hours)).isAfter(answer.date());
    }

    private static Describe object(Run run) {
        return (Describe) run.memory().get(OBJECT);
    }

    /** Others of the company need the day's requests too: Salesforce tells with each answer how many are gone. */
    private void checkBudget(Answer answer) throws SyncFault {
        String info = answer.header("Sforce-Limit-Info");
        Matcher usage = USAGE.matcher(info);
        int percent = style.number("budgetPercent", 80);
        if (usage.find() && Long.parseLong(usage.group(1)) * 100 >= Long.parseLong(usage.group(2)) * percent) {
            throw new SyncFault(Kind.LIMITED, usage.group(1) + " of the organization's " + usage.group(2)
                    + " requests of 24 hours are used; from " + percent + " % on the hub leaves the rest to others",
                    Duration.ofHours(1), null);
        }
    }

    private static JsonNode json(Answer answer) throws SyncFault {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new SyncFault(Kind.TRANSIENT, "the answer was cut short or is no JSON: " + e.getMessage(), null, e);
        }
    }

    private static String text(JsonNode json, String field) throws SyncFault {
        if (!json.path(field).isTextual()) {
            throw new SyncFault(Kind.REFUSED, "the answer has no '" + field + "'");
        }
        return json.path(field).textValue();
    }

    /** A job that is gone is made anew; some objects refuse to be read by one, and are read by queries. */
    @Override
    public ObjectNode recover(ObjectNode cursor) {
        ObjectNode again = cursor.deepCopy();
        if (cursor.path(STEP).asText().equals(BULK) && !cursor.has(JOB)) {
            return again.put(STEP, ROWS);
        }
        again.remove(List.of(JOB, LOCATOR, POLLS, BEGAN));
        return again;
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        String step = cursor.path(STEP).asText();
        return step.equals(SWEEP) || step.equals(WHOLE);
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return readsAll(cursor) && !cursor.has(ID);
    }

    /** A sweep begins anew where it was; a full sync reads all rows again and then sweeps. */
    @Override
    public ObjectNode restart(ObjectNode cursor) {
        ObjectNode again = cursor.deepCopy();
        if (cursor.path(STEP).asText().equals(SWEEP) || cursor.path(STEP).asText().equals(WHOLE)) {
            again.remove(ID);
            return again;
        }
        return cursor.objectNode().put(SWEPT, Instant.EPOCH.toString());
    }

    @Override
    public boolean mustCompare(ObjectNode cursor) {
        return readsAll(cursor);
    }
}
