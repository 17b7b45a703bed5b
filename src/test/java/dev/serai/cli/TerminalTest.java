package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import org.junit.jupiter.api.Test;

class TerminalTest {

    @Test
    void showsControlSequencesInsteadOfObeyingThem() {
        assertThat(Terminal.visible("a\u001b[31m\u0007\u0000\r\n\u007f\u009b2J"))
                .isEqualTo("a\\u001b[31m\\u0007\\u0000\\u000d\\u000a\\u007f\\u009b2J");
    }

    @Test
    void showsMarksThatTurnOrHideText() {
        assertThat(Terminal.visible("\u202eevil\u2066\u200b\u2028\ufeff"))
                .isEqualTo("\\u202eevil\\u2066\\u200b\\u2028\\ufeff");
        assertThat(Terminal.visible("\udb40\udc41 \ud800")).isEqualTo("\\udb40\\udc41 \\ud800");
    }

    @Test
    void leavesWhatPeopleWriteAlone() {
        String text = "Zo\u00eb \u65e5\u672c\u8a9e \ud83d\udc69\u200d\ud83d\ude80\t\u05e9\u05dc\u05d5\u05dd";

        assertThat(Terminal.visible(text)).isSameAs(text);
    }

    @Test
    void keepsJsonTheSameJson() throws Exception {
        JsonNode before = Json.MAPPER.readTree("{\"a\":\"\u009b\u202e\udb40\udc41\u007f\"}");

        String shown = Terminal.visible(Json.MAPPER.writeValueAsString(before));

        assertThat(shown).matches("\\p{ASCII}+");
        assertThat(Json.MAPPER.readTree(shown)).isEqualTo(before);
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(Terminal.cut("abc", 3)).isEqualTo("abc");
        assertThat(Terminal.cut("abcd", 3)).isEqualTo("ab\u2026");
        String rocket = "\ud83d\ude80";
        assertThat(Terminal.cut(rocket.repeat(3), 3)).isEqualTo(rocket.repeat(3));
        assertThat(Terminal.cut(rocket.repeat(4), 3)).isEqualTo(rocket.repeat(2) + "\u2026");
        assertThat(Terminal.cut("x".repeat(1_000_000), 5)).isEqualTo("xxxx\u2026");
    }
}
