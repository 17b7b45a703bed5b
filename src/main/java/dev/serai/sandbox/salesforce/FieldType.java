package dev.serai.sandbox.salesforce;

import java.util.Locale;

/** The types of fields that a describe names. */
public enum FieldType {
    ID("tns:ID"), REFERENCE("tns:ID"), STRING("xsd:string"), TEXTAREA("xsd:string"), PHONE("xsd:string"), URL("xsd:string"),
    EMAIL("xsd:string"), PICKLIST("xsd:string"), MULTIPICKLIST("xsd:string"), COMBOBOX("xsd:string"),
    ENCRYPTEDSTRING("xsd:string"), BOOLEAN("xsd:boolean"), INT("xsd:int"), LONG("xsd:long"), DOUBLE("xsd:double"),
    CURRENCY("xsd:double"), PERCENT("xsd:double"), DATE("xsd:date"), DATETIME("xsd:dateTime"), TIME("xsd:time"),
    ADDRESS("urn:address"), LOCATION("urn:location"), BASE64("xsd:base64Binary"), ANYTYPE("xsd:anyType");

    private final String soapType;

    FieldType(String soapType) {
        this.soapType = soapType;
    }

    static FieldType of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** As describes write it. */
    public String word() {
        return this == ANYTYPE ? "anyType" : name().toLowerCase(Locale.ROOT);
    }

    String soapType() {
        return soapType;
    }

    boolean isCompound() {
        return this == ADDRESS || this == LOCATION;
    }

    boolean isWhole() {
        return this == INT || this == LONG;
    }

    boolean isNumber() {
        return isWhole() || this == DOUBLE || this == CURRENCY || this == PERCENT;
    }

    boolean isId() {
        return this == ID || this == REFERENCE;
    }

    /** Whether literals of it stand in quotes. */
    boolean isText() {
        return !isNumber() && this != BOOLEAN && this != DATE && this != DATETIME && this != TIME;
    }
}
