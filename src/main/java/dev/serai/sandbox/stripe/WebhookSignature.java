package dev.serai.sandbox.stripe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What Stripe puts into {@code Stripe-Signature}: {@code t=1700000000,v1=<hex>}, an HMAC over the second, a dot and the
 * bytes of the body, with the whole {@code whsec_...} as its key.
 */
final class WebhookSignature {

    private WebhookSignature() {
    }

    /** @param secrets more than one while a secret is being replaced: a signature with each */
    static String header(long second, byte[] body, String... secrets) {
        StringBuilder header = new StringBuilder("t=").append(second);
        for (String secret : secrets) {
            header.append(",v1=").append(HexFormat.of().formatHex(hmac(secret, second, body)));
        }
        return header.toString();
    }

    private static byte[] hmac(String secret, long second, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((second + ".").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
