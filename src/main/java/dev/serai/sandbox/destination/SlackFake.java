package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Slack incoming webhook: one message in a request, one request in a second. It answers in a word of plain text. */
public final class SlackFake extends DestinationFake {

    public static final String PATH = "/services/T000/B000/sandbox";

    private static final int MOST_BLOCKS = 50;
    /** Slack's page on limits of messages: what is longer is cut off. */
    private static final int MOST_CHARACTERS = 40_000;

    private final Allowance requests;

    public SlackFake(SandboxClock clock, Faults faults) {
        super("slack", clock, faults, FOR_EVER);
        this.requests = new Allowance(clock, 1, Duration.ofSeconds(1));
    }

    @Override
    public String credentials() {
        return "url with the path /slack" + PATH;
    }

    @Override
    SandboxAnswer take(Call call) {
        if (!call.request().path().equals(PATH)) {
            throw call.request().path().startsWith("/services/T000/B000/") ? refused(403, "invalid_token")
                    : refused(404, "no_service");
        }
        if (!call.request().method().equals("POST")) {
            throw refused(400, "invalid_payload");
        }
        JsonNode message = json(call);
        if (!message.isObject()) {
            throw refused(400, "invalid_payload");
        }
        if (!flaws(call, List.of(message), any -> Optional.empty()).isEmpty()) {
            throw refused(400, "invalid_payload");
        }
        if (!isText(message.path("text"))
                && Stream.of("blocks", "attachments").allMatch(list -> message.path(list).isEmpty())) {
            throw refused(400, "no_text");
        }
        if (message.path("blocks").size() > MOST_BLOCKS) {
            throw refused(400, "invalid_blocks");
        }
        if (message.path("text").asText().length() > MOST_CHARACTERS) {
            throw refused(400, "msg_too_long");
        }
        within(requests, "");
        record("messages", null, message);
        return SandboxAnswer.text(200, "text/html", "ok");
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return switch (fault.kind()) {
            case UNAUTHORIZED -> error(403, "invalid_token");
            case FORBIDDEN -> error(403, "action_prohibited");
            case NOT_FOUND -> error(404, "channel_not_found");
            case GONE -> error(410, "channel_is_archived");
            case SERVER_ERROR -> error(500, "rollup_error");
            default -> super.fail(fault);
        };
    }

    @Override
    SandboxAnswer error(int status, String message) {
        String word = switch (status) {
            case 429 -> "rate_limited";
            case 413 -> "invalid_payload";
            default -> message;
        };
        return SandboxAnswer.text(status, "text/html", word.contains(" ") ? "invalid_payload" : word);
    }
}
