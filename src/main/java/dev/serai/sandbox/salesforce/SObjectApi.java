package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** {@code /sobjects}: what there is, and rows one by one. */
final class SObjectApi {

    private final Org org;
    private final Faults faults;

    SObjectApi(Org org, Faults faults) {
        this.org = org;
        this.faults = faults;
    }

    /** @param path what follows {@code /sobjects}, in parts */
    SandboxAnswer answer(SandboxRequest request, List<String> path, String base) {
        if (path.isEmpty()) {
            return SandboxAnswer.json(200, Describes.global(org, base));
        }
        SObject sobject = org.sobject(path.get(0)).orElseThrow(Refused::notFound);
        if (path.size() == 1) {
            return request.method().equals("POST") ? create(sobject, request) : brief(sobject, base);
        }
        if (path.get(1).equals("describe")) {
            return describe(sobject, base);
        }
        return path.size() == 2 ? row(sobject, SalesforceId.full(path.get(1)), request, base) : content(sobject, path);
    }

    private static SandboxAnswer brief(SObject sobject, String base) {
        ObjectNode info = Json.MAPPER.createObjectNode();
        info.set("objectDescribe", Describes.brief(sobject, base));
        info.putArray("recentItems");
        return SandboxAnswer.json(200, info);
    }

    private SandboxAnswer describe(SObject sobject, String base) {
        if (faults.strikes(Fault.Kind.SCHEMA_CHANGE, SalesforceFake.PARTNER, "/" + sobject.name())) {
            SchemaChange.apply(org, sobject.name());
        }
        return SandboxAnswer.json(200, Describes.full(org.sobject(sobject.name()).orElseThrow(), base));
    }

    private SandboxAnswer create(SObject sobject, SandboxRequest request) {
        ObjectNode values = body(sobject, request);
        String[] missing = sobject.fields().values().stream()
                .filter(field -> field.isRequired() && field.type() != FieldType.BOOLEAN
                        && !values.hasNonNull(field.name()) && !isGiven(sobject, field))
                .map(Field::name).toArray(String[]::new);
        if (missing.length > 0) {
            throw new Refused(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: " + Arrays.toString(missing),
                    missing);
        }
        ObjectNode created = Json.MAPPER.createObjectNode().put("id", org.create(sobject.name(), values)).put("success", true);
        created.putArray("errors");
        return SandboxAnswer.json(201, created);
    }

    /** Whether Salesforce itself gives it a value. */
    private static boolean isGiven(SObject sobject, Field field) {
        return field.type() == FieldType.ID || field.type() == FieldType.DATETIME || field.name().endsWith("ById")
                || field.name().equals("OwnerId") || field.name().equals("Name") && sobject.has("LastName")
                || field.type().isNumber();
    }

    private SandboxAnswer row(SObject sobject, String id, SandboxRequest request, String base) {
        ObjectNode row = org.rows(sobject).find(id).orElseThrow(Refused::notFound);
        if (row.path("IsDeleted").asBoolean()) {
            throw new Refused(404, "ENTITY_IS_DELETED", "entity is deleted");
        }
        switch (request.method()) {
            case "GET" -> {
                Collection<Field> fields = request.parameter("fields")
                        .<Collection<Field>>map(names -> named(sobject, names)).orElse(sobject.fields().values());
                return SandboxAnswer.json(200, Records.record(sobject, fields, row, base));
            }
            case "PATCH" -> org.update(sobject.name(), id, body(sobject, request));
            case "DELETE" -> {
                if (sobject.isFixed()) {
                    throw new Refused(400, "INSUFFICIENT_ACCESS_OR_READONLY", "entity type cannot be deleted: "
                            + sobject.name());
                }
                org.delete(sobject.name(), id);
            }
            default -> throw new Refused(405, "METHOD_NOT_ALLOWED", "HTTP Method '" + request.method() + "' not allowed");
        }
        return new SandboxAnswer(204, java.util.Map.of(), new byte[0]);
    }

    private static List<Field> named(SObject sobject, String names) {
        return Arrays.stream(names.split(",")).map(name -> field(sobject, name.trim())).toList();
    }

    /** The bytes of a base64 field. */
    private SandboxAnswer content(SObject sobject, List<String> path) {
        ObjectNode row = org.rows(sobject).find(SalesforceId.full(path.get(1))).orElseThrow(Refused::notFound);
        if (field(sobject, path.get(2)).type() != FieldType.BASE64) {
            throw Refused.notFound();
        }
        return SandboxAnswer.text(200, "application/octet-stream", "%PDF of " + row.path("Name").asText());
    }

    private static ObjectNode body(SObject sobject, SandboxRequest request) {
        try {
            if (!(Json.MAPPER.readTree(request.body()) instanceof ObjectNode values)) {
                throw new Refused(400, "JSON_PARSER_ERROR", "an object is expected");
            }
            List<String> names = new ArrayList<>();
            values.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> check(field(sobject, name), values.get(name)));
            return values;
        } catch (IOException e) {
            throw new Refused(400, "JSON_PARSER_ERROR", "the body is not JSON");
        }
    }

    private static Field field(SObject sobject, String name) {
        return sobject.field(name).orElseThrow(() ->
                new Refused(400, "INVALID_FIELD", "No such column '" + name + "' on sobject of type " + sobject.name()));
    }

    private static void check(Field field, JsonNode value) {
        if (field.isFormula() || field.type().isCompound() || field.type() == FieldType.ID || field.name().equals("IsDeleted")
                || field.name().equals(SObject.STAMP)) {
            throw new Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE",
                    "Unable to create/update fields: " + field.name()
                            + ". Please check the security settings of this field.", field.name());
        }
        if (value.isTextual() && field.length() > 0 && value.asText().length() > field.length()) {
            throw new Refused(400, "STRING_TOO_LONG",
                    field.name() + ": data value too large (max length=" + field.length() + ")", field.name());
        }
        if (!value.isNull() && (value.isNumber() != field.type().isNumber()
                || value.isBoolean() != (field.type() == FieldType.BOOLEAN))) {
            throw new Refused(400, "JSON_PARSER_ERROR", "Cannot deserialize instance of " + field.type().word() + " from "
                    + value.getNodeType());
        }
    }
}
