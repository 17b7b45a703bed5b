package dev.serai.privacy;

import java.util.List;
import java.util.Set;

/**
 * How a partner's object names a person of the hub's, on the topic as in a table: by a field that is meant for it, or,
 * in a collection of people, by its own id. Elsewhere an id is a partner's number of something else: charge 42 is not
 * user 42.
 */
public final class PersonFields {

    /** Properties at the top level, as columns are called. */
    public static final List<String> OF_OBJECTS = List.of("user_id", "external_id", "email");

    /** Collections whose objects are people. */
    public static final Set<String> COLLECTIONS_OF_PEOPLE = Set.of("users", "customers", "contacts", "leads", "people");

    private PersonFields() {
    }

    /** Whether a property, however its partner spells it, becomes one of the columns {@link #OF_OBJECTS}. */
    static boolean isOfPeople(String property) {
        String letters = property.replace("_", "");
        return OF_OBJECTS.stream().anyMatch(field -> field.replace("_", "").equalsIgnoreCase(letters));
    }
}
