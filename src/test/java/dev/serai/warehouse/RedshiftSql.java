package dev.serai.warehouse;

import dev.serai.model.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Redshift's SQL as PostgreSQL's: what only Redshift has is translated, what Redshift refuses becomes a statement that
 * fails with Redshift's words. Only what the loader may say is known. Sources: Amazon Redshift Database Developer
 * Guide, "ALTER TABLE", "CREATE TABLE", "COPY", "Data format parameters", "Unsupported PostgreSQL features".
 */
final class RedshiftSql {

    private static final int MAX_STATEMENT = 16 * 1024 * 1024;

    private static final Map<Pattern, String> REFUSED = Map.ofEntries(
            refusal("\\bON\\s+CONFLICT\\b", "syntax error at or near \"ON\""),
            refusal("\\bRETURNING\\b", "syntax error at or near \"RETURNING\""),
            refusal("\\bunnest\\s*\\(", "function unnest(text[]) does not exist"),
            refusal("\\bARRAY\\s*\\[|\\w\\[\\]|::text\\[", "arrays are not supported"),
            refusal("\\bstring_agg\\s*\\(|\\bto_regclass\\b|pg_advisory", "function does not exist"),
            refusal("\\bCREATE\\s+(UNIQUE\\s+)?INDEX\\b", "SQL command \"CREATE INDEX\" not supported on Redshift tables."),
            refusal("\\bVARCHAR\\((\\d{6,}|[7-9]\\d{4}|6[6-9]\\d{3}|65[6-9]\\d\\d|655[4-9]\\d|6553[6-9])\\)", "VARCHAR length must be between 1 and 65535"),
            refusal("\\bADD\\s+COLUMN\\s+IF\\b", "syntax error at or near \"IF\""),
            refusal("(?s)\\bALTER\\s+TABLE\\b.*\\bADD\\b.*,\\s*ADD\\b", "syntax error at or near \",\""),
            refusal("\\b(bytea|jsonb?|uuid|serial)\\b(?!\\s*')(?=\\s*[,)])", "Column type is not supported"));

    private static final Pattern ALTER_TYPE = Pattern.compile(
            "(?i)ALTER TABLE (\\S+) ALTER COLUMN (\\S+) TYPE (\\w+)(?:\\((\\d+)\\))?");
    private static final Pattern HINTS = Pattern.compile("(?i)\\s+(DISTKEY|SORTKEY)\\s*\\([^)]*\\)|\\s+ENCODE\\s+\\w+|\\s+DISTSTYLE\\s+\\w+");
    private static final Pattern VARCHAR = Pattern.compile("(?i)(\"(?:[^\"]|\"\")+\"|\\b\\w+) VARCHAR(\\((\\d+)\\))?(?=\\s*[,)]|\\s+NOT NULL|$)");
    private static final Pattern COPY = Pattern.compile("(?is)COPY (\\S+) \\((.*?)\\) FROM 's3://([^/']+)/([^']+)' "
            + "((?:ACCESS_KEY_ID '([^']*)' SECRET_ACCESS_KEY '([^']*)')|IAM_ROLE (?:'[^']+'|default)) REGION '[^']+' FORMAT JSON 'auto'(.*)");
    private static final List<String> NOT_WITH_JSON = List.of("CSV", "DELIMITER", "AVRO", "ESCAPE", "FILLRECORD",
            "FIXEDWIDTH", "IGNOREBLANKLINES", "NULL AS", "REMOVEQUOTES");

    private RedshiftSql() {
    }

    /** Files in buckets. */
    interface Files {

        /** Null if there is no such file, or these keys may not read it; both are null if Redshift reads in a role. */
        byte[] read(String bucket, String key, String accessKey, String secret);
    }

    /**
     * A statement for PostgreSQL.
     *
     * @param copiesTo the table, if it was a COPY
     */
    record Statement(String sql, String copiesTo) {
        static final Statement NONE = new Statement("", null);
    }

    static Statement translate(String sql, boolean isInTransaction, Files files) throws IOException {
        if (sql.length() > MAX_STATEMENT) {
            return failing("Statement is too large. Statement Size: " + sql.length() + " bytes. Maximum Allowed: 16777216 bytes");
        }
        Matcher copy = COPY.matcher(sql);
        if (copy.matches()) {
            return copy(copy, files);
        }
        for (Map.Entry<Pattern, String> refusal : REFUSED.entrySet()) {
            if (refusal.getKey().matcher(withoutTexts(sql)).find()) {
                return failing(refusal.getValue());
            }
        }
        Matcher alterType = ALTER_TYPE.matcher(sql);
        if (alterType.matches()) {
            if (!alterType.group(3).equalsIgnoreCase("VARCHAR")) {
                return failing("ALTER COLUMN TYPE is only supported to change the size of VARCHAR columns");
            }
            return isInTransaction ? failing("ALTER TABLE ALTER COLUMN cannot run inside a transaction block")
                    : new Statement(sql + lengthened(alterType), null);
        }
        return new Statement(bounded(HINTS.matcher(sql).replaceAll("")), null);
    }

    /** Where columns are defined, a VARCHAR has its length in bytes; 256 if none is named. */
    private static String bounded(String sql) {
        if (!sql.matches("(?is)\\s*(CREATE|ALTER)\\b.*")) {
            return sql;
        }
        return VARCHAR.matcher(sql).replaceAll(found -> {
            String length = found.group(3) == null ? "256" : found.group(3);
            return Matcher.quoteReplacement(found.group(1) + " VARCHAR(" + length + ") CHECK (octet_length(" + found.group(1)
                            + ") <= " + length + ")");
        });
    }

    /** The column's check is by its length before. */
    private static String lengthened(Matcher alterType) {
        String table = alterType.group(1).replaceAll(".*\\.", "").replace("\"", "");
        String column = alterType.group(2).replace("\"", "");
        return ", DROP CONSTRAINT IF EXISTS " + Sql.quoted(table + "_" + column + "_check") + ", ADD CHECK (octet_length("
                + alterType.group(2) + ") <= " + alterType.group(4) + ")";
    }

    /** The rows of the file stand in the statement; a value is converted as PostgreSQL converts it. */
    private static Statement copy(Matcher copy, Files files) throws IOException {
        String rest = copy.group(8).toUpperCase(java.util.Locale.ROOT);
        for (String option : NOT_WITH_JSON) {
            if (rest.contains(option)) {
                return failing(option + " option is not supported with JSON");
            }
        }
        if (!rest.contains(" GZIP")) {
            return failing("Invalid JSON: the file is gzipped");
        }
        byte[] file = files.read(copy.group(3), copy.group(4), copy.group(6), copy.group(7));
        if (file == null) {
            return failing("S3ServiceException:Access Denied,Status 403,Error AccessDenied");
        }
        String columns = copy.group(2);
        String rows = Arrays.stream(columns.split(", ")).map(column -> "r." + column).collect(Collectors.joining(", "));
        return new Statement("INSERT INTO " + copy.group(1) + " (" + columns + ") SELECT " + rows
                + " FROM json_populate_recordset(NULL::" + copy.group(1) + ", " + Sql.literal(array(file)) + ") r", copy.group(1));
    }

    /** Arrays and objects go into a VARCHAR as text; the loader writes none. */
    private static String array(byte[] file) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(file)), StandardCharsets.UTF_8))) {
            StringBuilder array = new StringBuilder("[");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = Json.MAPPER.readTree(line);
                if (!row.isObject()) {
                    throw new IOException("a line of the file is no JSON object");
                }
                array.append(array.length() > 1 ? "," : "").append(line);
            }
            return array.append(']').toString();
        }
    }

    private static Statement failing(String message) {
        return new Statement("DO $fail$BEGIN RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = " + Sql.literal(message)
                + "; END$fail$", null);
    }

    private static String withoutTexts(String sql) {
        return sql.replaceAll("'(?:[^']|'')*'", "''").replaceAll("\"(?:[^\"]|\"\")*\"", "\"\"");
    }

    private static Map.Entry<Pattern, String> refusal(String pattern, String message) {
        return Map.entry(Pattern.compile("(?i)" + pattern), message);
    }
}
