package dev.serai.sandbox.salesforce;

import java.util.List;

/** What fault SCHEMA_CHANGE does: a field more, and one that was a number becomes text. */
final class SchemaChange {

    private SchemaChange() {
    }

    static void apply(Org org, String sobject) {
        SObject type = org.sobject(sobject).orElseThrow();
        int number = 1;
        while (type.has("Added_" + number + "__c")) {
            number++;
        }
        org.addField(sobject, new Field("Added_" + number + "__c", FieldType.PICKLIST, 255, 0, 0, List.of("North", "South"),
                "", "",
                false, false));
        type.fields().values().stream().filter(field -> field.isCustom() && field.type().isNumber() && !field.isFormula()
                && field.compound().isEmpty() && !field.name().equals("Amount__c")).findFirst()
                .ifPresent(field -> org.changeToText(sobject, field.name()));
    }
}
