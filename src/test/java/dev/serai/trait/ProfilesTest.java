package dev.serai.trait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.trait.Profiles.Identifier;
import dev.serai.trait.Profiles.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {

    private final Profiles profiles = new Profiles();
    private int seconds;

    private void see(Identifier... ids) {
        profiles.see(List.of(ids), Instant.EPOCH.plusSeconds(++seconds));
    }

    private String of(Identifier id) {
        Map<Identifier, Profiles.Known> known = profiles.changes();
        return known.containsKey(id) ? known.get(id).profile() : null;
    }

    private static Identifier user(String id) {
        return new Identifier(Kind.USER_ID, id);
    }

    private static Identifier email(String id) {
        return new Identifier(Kind.EMAIL, id);
    }

    private static Identifier anonymous(String id) {
        return new Identifier(Kind.ANONYMOUS_ID, id);
    }

    @Test
    void whatIsSeenTogetherIsOneProfile() {
        see(anonymous("a1"));
        see(user("u1"), anonymous("a1"));
        see(email("ann@example.com"), anonymous("m1"));
        see(user("u1"), email("ann@example.com"));

        assertThat(of(user("u1"))).isNotNull().isEqualTo(of(anonymous("a1"))).isEqualTo(of(email("ann@example.com")))
                .isEqualTo(of(anonymous("m1")));
        assertThat(profiles.merged()).hasSize(1).containsValue(of(user("u1")));
    }

    @Test
    void theOldestProfileStays() {
        see(anonymous("old"));
        String old = of(anonymous("old"));
        see(user("u1"));

        see(user("u1"), anonymous("old"));

        assertThat(of(user("u1"))).isEqualTo(old);
    }

    @Test
    void twoUsersAreNeverOneAndWhatTheyShareStaysWithTheFirst() {
        see(user("u1"), anonymous("browser"), email("family@example.com"));
        see(user("u2"), anonymous("browser"));
        see(user("u2"), email("family@example.com"));
        see(user("u2"), anonymous("phone"));

        assertThat(of(user("u2"))).isNotEqualTo(of(user("u1"))).isEqualTo(of(anonymous("phone")));
        assertThat(of(anonymous("browser"))).isEqualTo(of(user("u1"))).isEqualTo(of(email("family@example.com")));
        assertThat(profiles.merged()).isEmpty();
    }

    @Test
    void aSixthEmailIsNobodysButTheUserKeepsTheOthers() {
        for (int i = 1; i <= 6; i++) {
            see(user("u1"), email("mail" + i + "@example.com"));
        }

        assertThat(of(email("mail5@example.com"))).isEqualTo(of(user("u1")));
        assertThat(of(email("mail6@example.com"))).isNull();
    }

    @Test
    void profilesThatWouldHaveTooManyEmailsStayApart() {
        for (int i = 1; i <= 5; i++) {
            see(user("u1"), email("one" + i + "@example.com"));
        }
        see(anonymous("a1"), email("other@example.com"));

        see(user("u1"), anonymous("a1"));

        assertThat(of(anonymous("a1"))).isNotEqualTo(of(user("u1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "NULL", "0", "-1", "anonymous", "Guest", " undefined ", "00000000-0000-0000-0000-000000000000"})
    void whatNamesNobodyIsNotUsed(String value) {
        assertThat(Profiles.isUsable(value)).isFalse();
    }
}
