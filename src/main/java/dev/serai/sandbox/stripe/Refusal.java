package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;

/** A request that is answered with an error, in Stripe's shape. */
final class Refusal extends RuntimeException {

    private final int status;
    private final String type;
    private final String code;
    private final String param;

    /** @param code and {@code param} may be null */
    Refusal(int status, String type, String code, String message, String param) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    static Refusal badRequest(String message, String param) {
        return new Refusal(400, "invalid_request_error", null, message, param);
    }

    static Refusal missingParameter(String param) {
        return new Refusal(400, "invalid_request_error", "parameter_missing", "Missing required param: " + param + ".", param);
    }

    /** An id in the path leads to 404, one in a parameter to 400. */
    static Refusal noSuch(int status, String what, String id, String param) {
        return new Refusal(status, "invalid_request_error", "resource_missing", "No such " + what + ": '" + id + "'", param);
    }

    static Refusal noRoute(String method, String path) {
        return new Refusal(404, "invalid_request_error", null, "Unrecognized request URL (" + method + ": " + path
                + "). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.", null);
    }

    static Refusal state(String code, String message) {
        return new Refusal(400, "invalid_request_error", code, message, null);
    }

    SandboxAnswer answer() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode error = body.putObject("error");
        if (code != null) {
            error.put("code", code).put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
        }
        error.put("message", getMessage());
        if (param != null) {
            error.put("param", param);
        }
        error.put("type", type);
        return SandboxAnswer.json(status, body);
    }
}
