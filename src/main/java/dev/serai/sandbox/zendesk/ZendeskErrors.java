package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;

/** Zendesk's refusals. They come in four shapes, by the age of what answers, and a client has to read all of them. */
final class ZendeskErrors {

    private ZendeskErrors() {
    }

    /** The usual shape. */
    static SandboxAnswer error(int status, String error, String description) {
        return SandboxAnswer.json(status, Json.MAPPER.createObjectNode().put("error", error).put("description", description));
    }

    static SandboxAnswer notAuthenticated() {
        return SandboxAnswer.json(401, Json.MAPPER.createObjectNode().put("error", "Couldn't authenticate you"));
    }

    static SandboxAnswer invalidToken() {
        return SandboxAnswer.json(401, Json.MAPPER.createObjectNode().put("error", "invalid_token")
                .put("error_description", "The access token is expired, revoked or malformed."));
    }

    static SandboxAnswer missingScope() {
        return error(403, "Forbidden", "You are not allowed here. Missing the following required scopes: read");
    }

    /** What an account's plan does not have: the error is an object here. */
    static SandboxAnswer notInPlan() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("error").put("title", "Forbidden")
                .put("message", "You do not have access to this page. Please contact the account owner.");
        return SandboxAnswer.json(403, body);
    }

    static SandboxAnswer notFound() {
        return error(404, "RecordNotFound", "Not found");
    }

    static SandboxAnswer noSuchEndpoint() {
        return error(404, "InvalidEndpoint", "Not found");
    }

    /** Of paging: a list of errors. */
    static SandboxAnswer paging(String code, String title, String detail) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("errors").addObject().put("code", code).put("title", title).put("detail", detail);
        return SandboxAnswer.json(400, body);
    }

    static SandboxAnswer invalidCursor() {
        return paging("InvalidPaginationParameter", "Invalid pagination parameter", "the cursor is not valid or too old");
    }

    /** Of a field that cannot be so. */
    static SandboxAnswer invalid(String field, String error, String description) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("error", "RecordInvalid")
                .put("description", "Record validation errors");
        body.putObject("details").putArray(field).addObject().put("error", error).put("description", description);
        return SandboxAnswer.json(422, body);
    }
}
