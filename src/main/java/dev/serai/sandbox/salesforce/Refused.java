package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import java.util.List;

/** A request is answered with an error: Salesforce's array of one. */
final class Refused extends RuntimeException {

    private final int status;
    private final String errorCode;
    private final List<String> fields;

    Refused(int status, String errorCode, String message, String... fields) {
        super(message, null, false, false);
        this.status = status;
        this.errorCode = errorCode;
        this.fields = List.of(fields);
    }

    static Refused notFound() {
        return new Refused(404, "NOT_FOUND", "The requested resource does not exist");
    }

    SandboxAnswer answer() {
        ArrayNode errors = Json.MAPPER.createArrayNode();
        ObjectNode error = errors.addObject().put("message", getMessage()).put("errorCode", errorCode);
        if (!fields.isEmpty()) {
            error.set("fields", Json.MAPPER.valueToTree(fields));
        }
        SandboxAnswer answer = SandboxAnswer.json(status, errors);
        return status == 401 ? answer.with("WWW-Authenticate", "Token") : answer;
    }
}
