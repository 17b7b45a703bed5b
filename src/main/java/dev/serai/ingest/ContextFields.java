package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The members of a {@code context} or {@code integrations} object as byte ranges, so that the object around a batch
 * can be merged into each of its events, and the few answers that the gate needs from inside it.
 *
 * @param members   in order
 * @param names     the members' names where there are so many that looking through them would take long; else null
 * @param depth     levels of nesting, 1 for an object of scalars
 * @param direct    {@code direct: true}: the sender is the user's own device and wants its address recorded
 * @param violation the rejection code of what is wrong inside; null when nothing is
 */
record ContextFields(List<Member> members, Set<String> names, int depth, boolean direct, String violation) {

    static final ContextFields NONE = new ContextFields(List.of(), null, 0, false, null);

    record Member(String name, int from, int to) { }

    private static final int FEW = 16;

    boolean has(String name) {
        if (names != null) {
            return names.contains(name);
        }
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the object that the parser stands on. */
    static ContextFields read(JsonParser parser) throws IOException {
        List<Member> members = new ArrayList<>();
        int depth = 1;
        boolean direct = false;
        String violation = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            if (name.equals("direct")) {
                direct = token == JsonToken.VALUE_TRUE;
            }
            if (token == JsonToken.START_OBJECT && (name.equals("consent") || name.equals("device"))) {
                Inner inner = name.equals("consent") ? consent(parser) : device(parser);
                depth = Math.max(depth, 1 + inner.depth());
                violation = violation == null ? inner.violation() : violation;
            } else {
                depth = Math.max(depth, 1 + RawEvent.skip(parser));
            }
            members.add(new Member(name, from, (int) parser.currentLocation().getByteOffset()));
        }
        Set<String> names = null;
        if (members.size() > FEW) {
            names = new HashSet<>();
            for (Member member : members) {
                names.add(member.name());
            }
        }
        return new ContextFields(members, names, depth, direct, violation);
    }

    private record Inner(int depth, String violation) { }

    /** Segment's ingest rules for {@code context.consent}: the codes {@code consent_*}. */
    private static Inner consent(JsonParser parser) throws IOException {
        int depth = 1;
        String violation = "consent_categorypreferences_should_exist";
        String versionViolation = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("categoryPreferences") && token == JsonToken.START_OBJECT) {
                violation = null;
                depth = Math.max(depth, 2);
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    token = parser.nextToken();
                    if (!token.isBoolean()) {
                        violation = "consent_categorypreferences_fields_should_be_bool";
                    }
                    depth = Math.max(depth, 2 + RawEvent.skip(parser));
                }
            } else {
                if (name.equals("categoryPreferences")) {
                    violation = "consent_categorypreferences_fields_should_be_object";
                } else if (name.equals("version") && !token.isNumeric()) {
                    versionViolation = "consent_version_should_be_number";
                }
                depth = Math.max(depth, 1 + RawEvent.skip(parser));
            }
        }
        return new Inner(depth, violation == null ? versionViolation : violation);
    }

    private static Inner device(JsonParser parser) throws IOException {
        int depth = 1;
        String violation = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean advertisingId = parser.currentName().equals("advertisingId");
            JsonToken token = parser.nextToken();
            if (advertisingId && token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
                violation = "device_advertisingid_should_be_string";
            }
            depth = Math.max(depth, 1 + RawEvent.skip(parser));
        }
        return new Inner(depth, violation);
    }
}
