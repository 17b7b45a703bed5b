package dev.serai.warehouse.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A failure as BigQuery's document "Error messages" describes it: an HTTP status, a reason, a message. */
final class ApiError extends Exception {

    private static final Pattern NO_COLUMN = Pattern.compile("does not have a column (?:with name|named) \"([^\"]+)\"");
    private static final Pattern NO_NAME = Pattern.compile("Referenced (?:update )?column \"([^\"]+)\" not found");
    private static final Pattern NO_TABLE = Pattern.compile("Table with name ([^ ]+) does not exist");
    private static final Pattern BAD_VALUE = Pattern.compile("Could not convert string '(.*)' to (\\w+)");

    final int code;
    final String reason;

    ApiError(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    static ApiError query(String message) {
        return new ApiError(400, "invalidQuery", message);
    }

    static ApiError notFound(String what) {
        return new ApiError(404, "notFound", "Not found: " + what);
    }

    static ApiError duplicate(String what) {
        return new ApiError(409, "duplicate", "Already Exists: " + what);
    }

    static ApiError conflict(String table) {
        return query("Transaction is aborted due to concurrent update against table " + table + ". Transaction ID: fake");
    }

    /** What BigQuery says where DuckDB says this. */
    static ApiError of(SQLException e) {
        String message = e.getMessage().lines().findFirst().orElse("").strip();
        Matcher column = NO_COLUMN.matcher(message);
        if (column.find()) {
            return query("Column " + column.group(1) + " is not present in table at [1:1]");
        }
        Matcher name = NO_NAME.matcher(message);
        if (name.find()) {
            return query("Unrecognized name: " + name.group(1) + " at [1:1]");
        }
        Matcher table = NO_TABLE.matcher(message);
        if (table.find()) {
            return notFound("Table " + table.group(1) + " was not found in location EU");
        }
        Matcher value = BAD_VALUE.matcher(message);
        if (value.find()) {
            return query("Bad " + value.group(2).toLowerCase(Locale.ROOT) + " value: " + value.group(1));
        }
        return message.contains("Conflict") || message.contains("conflict") ? conflict("unknown") : query(message);
    }

    /** An ErrorProto. */
    ObjectNode proto() {
        return JsonNodeFactory.instance.objectNode().put("reason", reason).put("location", "query").put("message", getMessage());
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error").put("code", code).put("message", getMessage());
        error.putArray("errors").add(proto().put("domain", "global"));
        return body;
    }
}
