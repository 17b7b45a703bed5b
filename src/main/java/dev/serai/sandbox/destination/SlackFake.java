package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;

/** An incoming webhook, whose URL is the secret: answers in plain words, and takes about a message a second. */
final class SlackFake extends RecordingFake {

    private static final String PATH = "/services/T000/B000/sandbox";
    private static final int MAX_IN_A_ROW = 3;

    private final SandboxClock clock;
    private long second;
    private int inSecond;

    SlackFake(SandboxClock clock) {
        super("slack", "path " + PATH);
        this.clock = clock;
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return true;
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.text(status, "text/plain", switch (status) {
            case 401, 403 -> "invalid_token";
            case 404 -> "no_service";
            case 429 -> "rate_limited";
            case 500 -> "rollup_error";
            default -> message;
        });
    }

    @Override
    synchronized SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        if (!request.path().equals(PATH)) {
            return refused(404, "");
        }
        if (!body.isObject()) {
            return refused(400, "invalid_payload");
        }
        if (!hasText(body, "text") && !body.has("blocks") && !body.has("attachments")) {
            return refused(400, "no_text");
        }
        if (clock.instant().getEpochSecond() != second) {
            second = clock.instant().getEpochSecond();
            inSecond = 0;
        }
        if (++inSecond > MAX_IN_A_ROW) {
            return refused(429, "").with("Retry-After", "1");
        }
        keep(body, "");
        return SandboxAnswer.text(200, "text/plain", "ok");
    }
}
