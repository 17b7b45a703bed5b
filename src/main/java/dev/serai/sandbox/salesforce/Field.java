package dev.serai.sandbox.salesforce;

import java.util.List;

/**
 * A field of an sobject.
 *
 * @param length    of text, in characters; 0 of others
 * @param precision digits of a number, {@code scale} of them behind the point; of whole numbers their digits
 * @param picklist  the values to choose from
 * @param refersTo  the sobject whose ids it holds; empty of others
 * @param compound  the field of which it is a part; empty of others
 */
public record Field(String name, FieldType type, int length, int precision, int scale, List<String> picklist,
                    String refersTo, String compound, boolean isRequired, boolean isFormula) {

    /** The most characters a field may have to be compared or sorted by. */
    private static final int LONGEST_COMPARED = 255;

    public Field {
        picklist = List.copyOf(picklist);
    }

    public static Field of(String name, FieldType type, int length) {
        return new Field(name, type, length, 0, 0, List.of(), "", "", false, false);
    }

    Field required() {
        return new Field(name, type, length, precision, scale, picklist, refersTo, compound, true, isFormula);
    }

    Field partOf(String whole) {
        return new Field(name, type, length, precision, scale, picklist, refersTo, whole, isRequired, isFormula);
    }

    Field as(FieldType other) {
        return new Field(name, other, other.isText() ? Math.max(length, 80) : 0, other.isNumber() ? Math.max(precision, 18) : 0,
                scale, picklist, refersTo, compound, isRequired, isFormula);
    }

    boolean isCustom() {
        return name.endsWith("__c") || name.endsWith("__s");
    }

    boolean isLongText() {
        return type == FieldType.TEXTAREA && length > LONGEST_COMPARED;
    }

    boolean isFilterable() {
        return !isLongText() && !type.isCompound() && type != FieldType.BASE64 && type != FieldType.ANYTYPE
                && type != FieldType.ENCRYPTEDSTRING;
    }

    boolean isSortable() {
        return isFilterable() && type != FieldType.MULTIPICKLIST;
    }
}
