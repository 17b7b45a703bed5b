package dev.serai.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The headers of the Standard Webhooks specification: {@code webhook-id}, {@code webhook-timestamp}, and where there
 * is a secret {@code webhook-signature: v1,<base64 of HMAC-SHA256 over id.timestamp.body>}. Made anew at each attempt,
 * because receivers refuse old timestamps; the id stays, so that a receiver can tell a repetition.
 */
final class StandardWebhookSignature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "whsec_";

    private StandardWebhookSignature() {
    }

    /** @param secret {@code whsec_} and base64, or any text taken as it is; null signs nothing */
    static void sign(Map<String, String> headers, String id, long epochSeconds, byte[] body, String secret) {
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", String.valueOf(epochSeconds));
        if (secret == null) {
            return;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key(secret), ALGORITHM));
            mac.update((id + "." + epochSeconds + ".").getBytes(StandardCharsets.UTF_8));
            headers.put("webhook-signature", "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] key(String secret) {
        if (secret.startsWith(PREFIX)) {
            try {
                byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
                if (key.length > 0) {
                    return key;
                }
            } catch (IllegalArgumentException e) {
                // then it is a text that only looks like one
            }
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
