package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The account's ticket fields, of its own and Zendesk's, the forms that show them, and what a ticket says in them. */
final class Forms {

    private static final List<String[]> FIELDS = List.of(new String[] {"subject", "Subject"},
            new String[] {"description", "Description"}, new String[] {"status", "Status"},
            new String[] {"text", "Order number"}, new String[] {"integer", "Affected seats"},
            new String[] {"decimal", "Amount lost"}, new String[] {"checkbox", "Reproducible"},
            new String[] {"date", "Seen first on"}, new String[] {"tagger", "Product"},
            new String[] {"multiselect", "Browsers"});
    private static final int OWN = 3;

    private Forms() {
    }

    static void write(Desk desk) {
        for (int i = 0; i < FIELDS.size(); i++) {
            String type = FIELDS.get(i)[0];
            String title = FIELDS.get(i)[1];
            ObjectNode field = desk.blank("ticket_fields").put("type", type).put("title", title).put("raw_title", title)
                    .put("slug", title.toLowerCase(java.util.Locale.ROOT).replace(' ', '_'))
                    .put("description", "Says: " + title).put("raw_description", "Says: " + title).put("position", i)
                    .put("active", true).put("required", i < OWN).put("collapsed_for_agents", false)
                    .put("title_in_portal", title).put("raw_title_in_portal", title).put("visible_in_portal", true)
                    .put("editable_in_portal", i > OWN).put("required_in_portal", i < OWN).put("removable", i >= OWN)
                    .put("regexp_for_validation", type.equals("text") ? "\\A[A-Z]{2}-[0-9]+\\z" : null)
                    .put("tag", type.equals("checkbox") ? "reproducible" : null);
            if (type.equals("tagger") || type.equals("multiselect")) {
                ArrayNode options = field.putArray("custom_field_options");
                List.of("alpha", "beta").forEach(one -> options.addObject().put("name", one).put("value", one));
            }
            desk.write("ticket_fields", field);
        }
        for (String name : List.of("Default form", "Billing form")) {
            ObjectNode form = desk.blank("ticket_forms").put("name", name).put("raw_name", name).put("display_name", name)
                    .put("raw_display_name", name).put("end_user_visible", true).put("position", 1).put("active", true)
                    .put("default", name.startsWith("Default")).put("in_all_brands", false);
            ArrayNode fields = form.putArray("ticket_field_ids");
            desk.collection("ticket_fields").all().forEach(field -> fields.add(field.path("id").asLong()));
            form.putArray("restricted_brand_ids").add(360_000_000_500L);
            desk.write("ticket_forms", form);
        }
    }

    static long id(Desk desk, int number) {
        List<ObjectNode> forms = desk.collection("ticket_forms").listed();
        return forms.get(number % forms.size()).path("id").asLong();
    }

    static void values(Desk desk, ArrayNode into, int number) {
        for (ObjectNode field : desk.collection("ticket_fields").listed()) {
            ObjectNode value = Desk.node().put("id", field.path("id").asLong());
            switch (field.path("type").asText()) {
                case "text" -> value.put("value", "ORD-" + (1000 + number));
                case "integer" -> value.put("value", number % 3 == 0 ? null : Integer.toString(number));
                case "decimal" -> value.put("value", number + ".50");
                case "checkbox" -> value.put("value", number % 2 == 0);
                case "date" -> value.put("value", "2025-03-" + (10 + number % 20));
                case "tagger" -> value.put("value", number % 2 == 0 ? "alpha" : "beta");
                case "multiselect" -> value.putArray("value").add("alpha").add("beta");
                default -> {
                    continue;
                }
            }
            into.add(value);
        }
    }
}
