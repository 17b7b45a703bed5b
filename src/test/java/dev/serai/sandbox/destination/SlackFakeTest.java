package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlackFakeTest {

    private static final String PATH = "/services/T000/B000/sandbox";

    private final Destination<SlackFake> slack = new Destination<>(SlackFake::new);

    @AfterEach
    void stop() {
        slack.close();
    }

    @Test
    void answersOkAsPlainText() {
        Destination.Answer answer = slack.post(PATH, "{'text':'*Order Completed* user-1'}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.header("Content-Type")).isEqualTo("text/html");
        assertThat(slack.items().get(0).path("text").asText()).isEqualTo("*Order Completed* user-1");
    }

    @Test
    void takesOneMessageInASecond() {
        slack.post(PATH, "{'text':'a'}");
        Destination.Answer answer = slack.post(PATH, "{'text':'b'}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.text()).isEqualTo("rate_limited");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        slack.pass(1);
        assertThat(slack.post(PATH, "{'blocks':[{'type':'divider'}]}").status()).isEqualTo(200);
    }

    @Test
    void refusesInAWord() {
        assertThat(word(400, "{")).isEqualTo("invalid_payload");
        assertThat(word(400, "[]")).isEqualTo("invalid_payload");
        assertThat(word(400, "{}")).isEqualTo("no_text");
        assertThat(word(400, "{'text':' '}")).isEqualTo("no_text");
        assertThat(word(400, "{'blocks':" + Destination.times(51, "{}") + "}")).isEqualTo("invalid_blocks");
        assertThat(word(400, "{'text':'" + "x".repeat(40_001) + "'}")).isEqualTo("msg_too_long");
        assertThat(slack.fake.received()).isEmpty();
    }

    private String word(int status, String body) {
        Destination.Answer answer = slack.post(PATH, body);
        assertThat(answer.status()).isEqualTo(status);
        return answer.text();
    }

    @Test
    void thePathIsTheSecret() {
        assertThat(slack.post("/services/T000/B000/other", "{}").text()).isEqualTo("invalid_token");
        assertThat(slack.post("/services/T001/B000/sandbox", "{}").text()).isEqualTo("no_service");
    }

    @ParameterizedTest
    @CsvSource({"RATE_LIMIT, 429, rate_limited", "RATE_LIMIT_BARE, 429, rate_limited", "UNAUTHORIZED, 403, invalid_token",
        "FORBIDDEN, 403, action_prohibited", "NOT_FOUND, 404, channel_not_found", "GONE, 410, channel_is_archived",
        "SERVER_ERROR, 500, rollup_error", "TOO_LARGE, 413, invalid_payload", "REFUSE_ITEMS, 400, invalid_payload"})
    void faultsAreSlacksWords(Fault.Kind kind, int status, String word) {
        slack.strike(kind);
        assertThat(word(status, "{'text':'a'}")).isEqualTo(word);
        assertThat(slack.post(PATH, "{'text':'a'}").status()).isEqualTo(200);
    }
}
