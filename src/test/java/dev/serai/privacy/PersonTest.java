package dev.serai.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonTest {

    private static final Person PIA = new Person("pia");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean ownsLetter(byte[] raw) {
        return PIA.owns("dead-letters", new DeadLetter("d", "website", "ingest", "bad_request", "why", Instant.EPOCH,
                raw).toBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":\"pia\"}", "{\"type\":\"alias\",\"userId\":\"n\",\"previousId\":\"pia\"}",
        "{\"userId\":\"p\\u0069a\"}", "{\"properties\":{\"userId\":\"n\"},\"userId\" : \"pia\"}"})
    void ownsEventsThatNameThem(String event) {
        assertThat(PIA.owns("events", bytes(event))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":\"nils\"}", "{\"userId\":\"nils\",\"properties\":{\"userId\":\"pia\"}}",
        "{\"userId\":\"piano\"}", "{\"userId\":null,\"anonymousId\":\"pia\"}", "[]", ""})
    void ownsNoEventsOfOthers(String event) {
        assertThat(PIA.owns("events", bytes(event))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"collection\":\"customers\",\"id\":\"pia\"}",
        "{\"collection\":\"tickets\",\"properties\":{\"user_id\":\"pia\"}}",
        "{\"collection\":\"leads\",\"properties\":{\"Email\":\"p\\u0069a\"}}",
        "{\"collection\":\"tickets\",\"properties\":{\"externalId\":\"pia\"}}"})
    void ownsObjectsThatNameThemByAFieldMeantForIt(String envelope) {
        assertThat(PIA.owns("objects", bytes(envelope))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"collection\":\"tickets\",\"id\":\"pia\",\"properties\":{\"name\":\"pia\"}}",
        "{\"collection\":\"users\",\"id\":\"1\",\"userId\":\"pia\"}",
        "{\"collection\":\"users\",\"id\":\"1\",\"properties\":{\"a\":{\"email\":\"pia\"}}}"})
    void ownsNoObjectsOfOthers(String envelope) {
        assertThat(PIA.owns("objects", bytes(envelope))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":\"pia\"}", "{\"batch\":[{\"userId\":\"nils\"},{\"userId\":\"pia\"}]}",
        "{\"user\":{\"external_user_id\":\"pia\"}}", "{\"batch\":[{\"userId\":\"pia\",", "user=\"pia\"&x"})
    void ownsDeadLettersWhoseOriginalNamesThem(String raw) {
        assertThat(ownsLetter(bytes(raw))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":\"nils\",\"properties\":{\"friend\":\"pia\"}}", "{\"pia\":1}", "pia",
        "{\"batch\":[{\"userId\":\"nils\"}]}", "{\"userId\":\"pia "})
    void ownsNoDeadLettersOfOthers(String raw) {
        assertThat(ownsLetter(bytes(raw))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0xc0})
    void readsOriginalsThatAreNoText(int broken) {
        byte[] raw = bytes("{\"userId\":\"pia\",\"name\":\"?\"}");
        raw[raw.length - 3] = (byte) broken;

        assertThat(ownsLetter(raw)).isTrue();
    }
}
