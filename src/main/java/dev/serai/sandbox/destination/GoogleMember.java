package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A member of an audience: of {@code userData}, {@code mobileData} and {@code userIdData} one. Flaws have the words of the
 * Data Manager API's list of reasons. Its reference calls the address {@code address}, of the type AddressInfo.
 */
record GoogleMember(String encoding) implements Flaw.Rule {

    private static final int MOST_IDENTIFIERS = 10;
    private static final Pattern REGION = Pattern.compile("[A-Z]{2}");
    private static final String IDENTIFIERS = "user_data.user_identifiers";

    @Override
    public Optional<Flaw> of(JsonNode member) {
        if (one(member, "userData", "mobileData", "userIdData", "pairData", "ppidData").isEmpty()) {
            return Flaw.of("INVALID_AUDIENCE_MEMBER", "", "Exactly one kind of data is required.");
        }
        if (member.has("mobileData")) {
            return member.path("mobileData").path("mobileIds").isEmpty()
                    ? Flaw.of("REQUIRED_FIELD_MISSING", "mobile_data.mobile_ids", "A mobile id is required.")
                    : Optional.empty();
        }
        if (member.has("userIdData")) {
            return DestinationFake.isText(member.path("userIdData").path("userId")) ? Optional.empty()
                    : Flaw.of("REQUIRED_FIELD_MISSING", "user_id_data.user_id", "A user id is required.");
        }
        JsonNode identifiers = member.path("userData").path("userIdentifiers");
        if (member.has("userData") && identifiers.isEmpty()) {
            return Flaw.of("REQUIRED_FIELD_MISSING", IDENTIFIERS, "An identifier is required.");
        }
        if (identifiers.size() > MOST_IDENTIFIERS) {
            return Flaw.of("TOO_MANY_USER_IDENTIFIERS", IDENTIFIERS, "At most 10 identifiers are allowed.");
        }
        return DestinationFake.list(identifiers).stream().flatMap(one -> identifier(one).stream()).findFirst();
    }

    private Optional<Flaw> identifier(JsonNode identifier) {
        Optional<String> kind = one(identifier, "emailAddress", "phoneNumber", "address");
        if (kind.isEmpty()) {
            return Flaw.of("INVALID_AUDIENCE_MEMBER", IDENTIFIERS,
                    "One of email address, phone number and address is required.");
        }
        if (!kind.get().equals("address")) {
            return hash(kind.get(), identifier.path(kind.get()));
        }
        JsonNode address = identifier.path("address");
        for (String field : List.of("givenName", "familyName", "regionCode", "postalCode")) {
            if (!DestinationFake.isText(address.path(field))) {
                return Flaw.of("REQUIRED_FIELD_MISSING", IDENTIFIERS, "An address needs " + field + ".");
            }
        }
        if (!REGION.matcher(address.path("regionCode").asText()).matches()) {
            return Flaw.of("INVALID_COUNTRY_CODE", IDENTIFIERS, "The region is no code of two letters.");
        }
        return hash("given name", address.path("givenName")).or(() -> hash("family name", address.path("familyName")));
    }

    private Optional<Flaw> hash(String what, JsonNode value) {
        byte[] bytes;
        try {
            bytes = encoding.equals("HEX") ? HexFormat.of().parseHex(value.asText())
                    : Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            return Flaw.of("INVALID_" + encoding + "_ENCODING", IDENTIFIERS, what + " is not encoded as " + encoding + ".");
        }
        String hex = HexFormat.of().formatHex(bytes);
        // as text in hex it must be in lower case, which the bytes no longer tell
        return Hashes.isHash(hex) && (!encoding.equals("HEX") || Hashes.isHash(value.asText())) ? Optional.empty()
                : Flaw.of("INVALID_SHA256_FORMAT", IDENTIFIERS, what + " is no SHA-256 hash of something.");
    }

    private static Optional<String> one(JsonNode node, String... fields) {
        List<String> given = Stream.of(fields).filter(node::hasNonNull).toList();
        return given.size() == 1 ? Optional.of(given.get(0)) : Optional.empty();
    }
}
