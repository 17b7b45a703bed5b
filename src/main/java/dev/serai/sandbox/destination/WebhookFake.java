package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Somebody's own HTTP service: takes any JSON at any path. A request with {@code webhook-signature} is checked as the
 * Standard Webhooks specification says, also that its time is within five minutes of the sandbox's clock: a sandbox whose
 * clock is elsewhere refuses what is signed now. A {@code webhook-id} counts once.
 */
public final class WebhookFake extends DestinationFake {

    public static final String SECRET = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC0xMjM0NTY=";

    private static final byte[] KEY = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
    private static final long TOLERANCE_SECONDS = 300;

    public WebhookFake(SandboxClock clock, Faults faults) {
        super("webhook", clock, faults, Duration.ofDays(7));
    }

    @Override
    public String credentials() {
        return "any path; secret " + SECRET + ", or none";
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!List.of("POST", "PUT", "PATCH").contains(call.request().method())) {
            throw refused(405, "method not allowed");
        }
        Optional<String> signature = call.request().header("webhook-signature");
        if (signature.isPresent()) {
            check(call, signature.get());
        }
        JsonNode body = json(call);
        if (!flaws(call, List.of(body), any -> Optional.empty()).isEmpty()) {
            throw refused(422, "refused on demand");
        }
        record(call.request().path(), call.request().header("webhook-id").orElse(null), body);
        return SandboxAnswer.json(200, object().put("received", true));
    }

    private void check(Call call, String signature) {
        String id = call.request().header("webhook-id").orElseThrow(() -> refused(401, "webhook-id is missing"));
        String seconds = call.request().header("webhook-timestamp").filter(text -> text.matches("[0-9]{1,12}"))
                .orElseThrow(() -> refused(401, "webhook-timestamp is missing"));
        if (Math.abs(clock.instant().getEpochSecond() - Long.parseLong(seconds)) > TOLERANCE_SECONDS) {
            throw refused(401, "webhook-timestamp is too old or too new");
        }
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
        // the bytes as they came: zipped, if they were
        signed.writeBytes(call.request().body());
        byte[] right = ("v1," + Base64.getEncoder().encodeToString(Hashes.hmac(KEY, signed.toByteArray())))
                .getBytes(StandardCharsets.UTF_8);
        if (Stream.of(signature.split(" "))
                .noneMatch(one -> MessageDigest.isEqual(right, one.getBytes(StandardCharsets.UTF_8)))) {
            throw refused(401, "no signature is of this secret and body");
        }
    }

    @Override
    SandboxAnswer error(int status, String message) {
        return SandboxAnswer.json(status, object().put("error", message));
    }
}
