package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /query}, {@code /queryAll} and the pages that follow. */
final class QueryApi {

    /** Of the address of a request, in bytes. */
    private static final int LONGEST_URI = 16_384;
    private static final int BATCH = 2000;
    private static final int LEAST_BATCH = 200;
    /** With so many long texts a batch is half as large. */
    private static final int LONG_TEXTS = 2;
    /** The oldest of more is closed. */
    private static final int MOST_CURSORS = 50;
    private static final Duration LOCATOR_LIFE = Duration.ofDays(2);
    private static final Pattern OPTION = Pattern.compile("batchSize=(\\d+)");
    private static final Pattern LOCATOR = Pattern.compile("(01g\\w{15})-(\\d+)");

    private final Org org;
    private final SandboxClock clock;
    private final Faults faults;
    private final Map<String, Cursor> cursors = new LinkedHashMap<>();
    private long lastCursor;

    private record Cursor(String id, Soql query, Rows.Selection found, int batch, Instant opened, String path) { }

    QueryApi(Org org, SandboxClock clock, Faults faults) {
        this.org = org;
        this.clock = clock;
        this.faults = faults;
    }

    /** @param base {@code /services/data/v60.0} */
    SandboxAnswer query(SandboxRequest request, String base, boolean deletedToo) {
        String soql = request.parameter("q").orElseThrow(() ->
                new Refused(400, "MALFORMED_QUERY", "A query string has to be specified"));
        int length = request.path().length() + URLEncoder.encode(soql, StandardCharsets.UTF_8).length();
        if (length > LONGEST_URI) {
            throw new Refused(414, "URI_TOO_LONG", "The address is longer than " + LONGEST_URI + " bytes");
        }
        Soql query = parse(org, soql);
        if (faults.strikes(Fault.Kind.SCHEMA_CHANGE, SalesforceFake.PARTNER, "/" + query.sobject().name())) {
            SchemaChange.apply(org, query.sobject().name());
            query = parse(org, soql);
        }
        Rows.Selection found = org.rows(query.sobject()).select(query, deletedToo);
        if (query.isCount()) {
            ObjectNode count = Json.MAPPER.createObjectNode().put("totalSize", found.size()).put("done", true);
            count.putArray("records");
            return SandboxAnswer.json(200, count);
        }
        String id = SalesforceId.of("01g", ++lastCursor);
        Cursor cursor = new Cursor(id, query, found, batch(request, query), clock.instant(),
                base + (deletedToo ? "/queryAll/" : "/query/"));
        cursors.put(id, cursor);
        if (cursors.size() > MOST_CURSORS) {
            cursors.remove(cursors.keySet().iterator().next());
        }
        return page(cursor, 0, base);
    }

    SandboxAnswer more(String locator, String base) {
        Instant oldest = clock.instant().minus(LOCATOR_LIFE);
        cursors.values().removeIf(cursor -> cursor.opened().isBefore(oldest));
        Matcher matcher = LOCATOR.matcher(locator);
        if (!matcher.matches() || !cursors.containsKey(matcher.group(1))) {
            throw new Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        }
        return page(cursors.get(matcher.group(1)), Integer.parseInt(matcher.group(2)), base);
    }

    static Soql parse(Org org, String soql) {
        return SoqlParser.parse(soql, name -> org.sobject(name).orElseThrow(() -> new Refused(400, "INVALID_TYPE",
                "sObject type '" + name + "' is not supported. If you are attempting to use a custom object, be sure to append "
                        + "the '__c' after the entity name. Please reference your WSDL or the describe call for the names.")));
    }

    private static int batch(SandboxRequest request, Soql query) {
        Matcher option = OPTION.matcher(request.header("sforce-query-options").orElse(""));
        int asked = option.find() ? Math.max(LEAST_BATCH, Math.min(BATCH, Integer.parseInt(option.group(1)))) : BATCH;
        boolean isWide = query.fields().stream().filter(Field::isLongText).count() >= LONG_TEXTS;
        return isWide ? Math.max(LEAST_BATCH, asked / 2) : asked;
    }

    private SandboxAnswer page(Cursor cursor, int from, String base) {
        String sobject = "/" + cursor.query().sobject().name();
        boolean isEmpty = cursor.found().size() > from
                && faults.strikes(Fault.Kind.EMPTY_PAGE, SalesforceFake.PARTNER, sobject);
        List<ObjectNode> rows = isEmpty ? List.of() : cursor.found().rows(from, cursor.batch());
        int next = from + rows.size();
        ObjectNode page = Json.MAPPER.createObjectNode().put("totalSize", cursor.found().size())
                .put("done", next >= cursor.found().size());
        if (next < cursor.found().size()) {
            page.put("nextRecordsUrl", cursor.path() + cursor.id() + "-" + next);
        }
        ArrayNode records = page.putArray("records");
        rows.forEach(row -> records.add(Records.record(cursor.query().sobject(), cursor.query().fields(), row, base)));
        if (!rows.isEmpty() && faults.strikes(Fault.Kind.NUL_BYTES, SalesforceFake.PARTNER, sobject)) {
            nul(cursor.query(), (ObjectNode) records.get(0));
        }
        return SandboxAnswer.json(200, page);
    }

    private static void nul(Soql query, ObjectNode record) {
        query.fields().stream()
                .filter(field -> field.type() == FieldType.STRING && record.get(field.name()).isTextual()).findFirst()
                .ifPresent(field -> record.set(field.name(), TextNode.valueOf(record.get(field.name()).asText() + "\0")));
    }
}
