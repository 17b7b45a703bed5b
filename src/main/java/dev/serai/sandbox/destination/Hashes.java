package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;

/** What vendors want instead of personal data: SHA-256 in lower-case hexadecimal. */
final class Hashes {

    /** The hash of an empty text: the sign of a sender that hashes before it looks. */
    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private Hashes() {
    }

    static boolean isOne(JsonNode value) {
        return value.asText().matches("[0-9a-f]{64}") && !value.asText().equals(OF_NOTHING);
    }
}
