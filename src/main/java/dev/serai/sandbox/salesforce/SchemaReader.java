package dev.serai.sandbox.salesforce;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code sobjects.txt}; its head says how it is written. */
final class SchemaReader {

    private static final String RESOURCE = "/sandbox/salesforce/sobjects.txt";
    private static final List<String> AUDIT = List.of("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
            SObject.STAMP);
    private static final Set<String> WORDS = Set.of("deletes", "nobulk", "fixed");

    private final Map<String, SObject> sobjects = new LinkedHashMap<>();
    private Map<String, Field> fields = new LinkedHashMap<>();
    private List<String> head = List.of();

    static Map<String, SObject> read() {
        try (InputStream in = SchemaReader.class.getResourceAsStream(RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            SchemaReader reader = new SchemaReader();
            lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(reader::line);
            reader.end();
            return reader.sobjects;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private void line(String line) {
        List<String> words = Arrays.asList(line.trim().split("\\s+"));
        if (line.startsWith(" ")) {
            field(words);
        } else {
            end();
            head = words;
            add(Field.of("Id", FieldType.ID, 18).required());
            if (words.contains("deletes")) {
                add(Field.of("IsDeleted", FieldType.BOOLEAN, 0).required());
            }
        }
    }

    private void end() {
        if (head.isEmpty()) {
            return;
        }
        for (String trait : head.subList(2, head.size())) {
            if (trait.equals("audit")) {
                AUDIT.forEach(this::stamp);
            } else if (!WORDS.contains(trait)) {
                stamp(trait);
            }
        }
        String prefix = head.get(1).equals("-") ? "" : head.get(1);
        sobjects.put(head.get(0), new SObject(head.get(0), prefix, Set.copyOf(head.subList(2, head.size())), fields));
        fields = new LinkedHashMap<>();
    }

    private void stamp(String name) {
        add((name.endsWith("ById") ? new Field(name, FieldType.REFERENCE, 18, 0, 0, List.of(), "User", "", true, false)
                : Field.of(name, FieldType.DATETIME, 0)).required());
    }

    private void field(List<String> words) {
        String name = words.get(0);
        FieldType type = FieldType.of(words.get(1));
        String more = words.size() > 2 ? words.get(2) : "";
        boolean isSized = !more.isEmpty() && Character.isDigit(more.charAt(0)) && !more.contains("|");
        String[] size = isSized ? more.split(",") : new String[] {"0"};
        int first = Integer.parseInt(size[0]);
        List<String> picklist = !more.contains("|") ? List.of()
                : Arrays.stream(more.split("\\|")).map(value -> value.replace('_', ' ')).toList();
        int of = words.indexOf("of");
        int length = type.isNumber() ? 0 : type.isId() ? 18 : Math.max(first, picklist.isEmpty() ? 0 : 255);
        int scale = size.length > 1 ? Integer.parseInt(size[1]) : 0;
        Field field = new Field(name, type, length, type.isNumber() ? first : 0, scale, picklist,
                type == FieldType.REFERENCE ? more : "", of < 0 ? "" : words.get(of + 1),
                words.contains("required"), words.contains("formula"));
        parts(field);
        add(field);
    }

    private void parts(Field whole) {
        if (whole.type() == FieldType.LOCATION) {
            String stem = whole.name().replaceAll("__c$", "");
            for (String part : List.of("__Latitude__s", "__Longitude__s")) {
                add(number(stem + part).partOf(whole.name()));
            }
        } else if (whole.type() == FieldType.ADDRESS) {
            String stem = whole.name().replaceAll("Address$", "");
            add(Field.of(stem + "Street", FieldType.TEXTAREA, 255).partOf(whole.name()));
            add(Field.of(stem + "City", FieldType.STRING, 40).partOf(whole.name()));
            add(Field.of(stem + "State", FieldType.STRING, 80).partOf(whole.name()));
            add(Field.of(stem + "PostalCode", FieldType.STRING, 20).partOf(whole.name()));
            add(Field.of(stem + "Country", FieldType.STRING, 80).partOf(whole.name()));
            add(number(stem + "Latitude").partOf(whole.name()));
            add(number(stem + "Longitude").partOf(whole.name()));
            add(new Field(stem + "GeocodeAccuracy", FieldType.PICKLIST, 40, 0, 0, List.of("Address", "Street", "City"), "",
                    whole.name(), false, false));
        }
    }

    private static Field number(String name) {
        return new Field(name, FieldType.DOUBLE, 0, 18, 15, List.of(), "", "", false, false);
    }

    private void add(Field field) {
        fields.put(field.name(), field);
    }
}
