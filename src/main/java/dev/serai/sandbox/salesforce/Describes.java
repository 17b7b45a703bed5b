package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;

/** The describes, of all sobjects in short and of one in full. */
final class Describes {

    private Describes() {
    }

    static ObjectNode global(Org org, String base) {
        ObjectNode global = Json.MAPPER.createObjectNode().put("encoding", "UTF-8").put("maxBatchSize", 200);
        ArrayNode all = global.putArray("sobjects");
        org.sobjects().forEach(sobject -> all.add(brief(sobject, base)));
        return global;
    }

    static ObjectNode brief(SObject sobject, String base) {
        ObjectNode brief = Json.MAPPER.createObjectNode().put("activateable", false).put("createable", !sobject.isFixed())
                .put("custom", sobject.isCustom()).put("customSetting", false).put("deletable", !sobject.isFixed())
                .put("deprecatedAndHidden", false).put("feedEnabled", false)
                .put("keyPrefix", sobject.keyPrefix().isEmpty() ? null : sobject.keyPrefix())
                .put("label", label(sobject.name()))
                .put("labelPlural", label(sobject.name()) + "s").put("layoutable", true)
                .put("mergeable", sobject.has("MasterRecordId"))
                .put("name", sobject.name()).put("queryable", true).put("replicateable", sobject.has(SObject.STAMP))
                .put("retrieveable", true).put("searchable", true).put("triggerable", true)
                .put("undeletable", sobject.keepsDeleted()).put("updateable", !sobject.isFixed());
        String url = base + "/sobjects/" + sobject.name();
        brief.putObject("urls").put("sobject", url).put("describe", url + "/describe").put("rowTemplate", url + "/{ID}");
        return brief;
    }

    static ObjectNode full(SObject sobject, String base) {
        ObjectNode full = brief(sobject, base);
        ArrayNode fields = full.putArray("fields");
        sobject.fields().values().forEach(field -> fields.add(field(field)));
        full.putArray("childRelationships");
        full.putArray("recordTypeInfos");
        return full;
    }

    private static ObjectNode field(Field field) {
        boolean isSystem = field.type() == FieldType.ID || field.name().equals(SObject.STAMP);
        ObjectNode described = Json.MAPPER.createObjectNode().put("aggregatable", field.isFilterable())
                .put("autoNumber", field.name().endsWith("Number") && field.isRequired())
                .put("byteLength", field.length() * 3).put("calculated", field.isFormula())
                .put("calculatedFormula", (String) null).put("caseSensitive", field.type().isId())
                .put("compoundFieldName", field.compound().isEmpty() ? null : field.compound())
                .put("createable", !isSystem && !field.isFormula()).put("custom", field.isCustom())
                .put("defaultedOnCreate", field.type() == FieldType.BOOLEAN).put("deprecatedAndHidden", false)
                .put("digits", field.type().isWhole() ? field.precision() : 0)
                .put("encrypted", field.type() == FieldType.ENCRYPTEDSTRING)
                .put("externalId", field.name().equals("External_Id__c")).put("filterable", field.isFilterable())
                .put("groupable", field.isSortable()).put("label", label(field.name())).put("length", field.length())
                .put("name", field.name()).put("nameField", field.name().equals("Name")).put("nillable", !field.isRequired())
                .put("precision", field.type().isWhole() ? 0 : field.precision()).put("scale", field.scale())
                .put("soapType", field.type().soapType()).put("sortable", field.isSortable()).put("type", field.type().word())
                .put("unique", false).put("updateable", !isSystem && !field.isFormula());
        ArrayNode picklist = described.putArray("picklistValues");
        field.picklist().forEach(value -> picklist.addObject().put("active", true).put("defaultValue", false)
                .put("label", value).put("value", value));
        ArrayNode refersTo = described.putArray("referenceTo");
        if (!field.refersTo().isEmpty()) {
            refersTo.add(field.refersTo());
            described.put("relationshipName", field.name().replaceAll("Id$", "").replaceAll("__c$", "__r"));
        } else {
            described.putNull("relationshipName");
        }
        return described;
    }

    private static String label(String name) {
        return name.replaceAll("__[cs]$", "").replace('_', ' ').replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    }
}
