package dev.serai.sandbox.destination;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What partners ask of personal data: SHA-256 in hex. The hash of nothing is the same for everybody, so it is none. */
final class Hashes {

    static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private Hashes() {
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches() && !text.equals(OF_NOTHING);
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    static String hmacHex(String key, String message) {
        return HexFormat.of().formatHex(hmac(key.getBytes(StandardCharsets.UTF_8), message.getBytes(StandardCharsets.UTF_8)));
    }
}
