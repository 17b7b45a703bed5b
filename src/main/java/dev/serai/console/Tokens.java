package dev.serai.console;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that open {@code /api}, and what a browser gets for one: a session, {@code role.expiry.random.HMAC-SHA256},
 * signed with the token itself. So nothing is kept, a hub that was started again knows its people, any hub of a group does, and
 * who changes a token ends all sessions of it.
 */
public final class Tokens {

    static final Duration SESSION = Duration.ofHours(12);
    private static final int RANDOM_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<Role, byte[]> tokens = new EnumMap<>(Role.class);
    private final Clock clock;

    /**
     * @param operator {@code serai.console.token}
     * @param viewer   {@code serai.console.viewerToken}
     */
    public Tokens(Optional<String> operator, Optional<String> viewer, Clock clock) {
        operator.ifPresent(token -> tokens.put(Role.OPERATOR, token.getBytes(StandardCharsets.UTF_8)));
        viewer.ifPresent(token -> tokens.put(Role.VIEWER, token.getBytes(StandardCharsets.UTF_8)));
        this.clock = clock;
    }

    /** Whether one is needed at all. */
    boolean areThere() {
        return !tokens.isEmpty();
    }

    /** Whose token it is; compares all, in the same time whatever it is. */
    Optional<Role> roleOf(String token) {
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        Role found = null;
        for (Map.Entry<Role, byte[]> one : tokens.entrySet()) {
            if (MessageDigest.isEqual(one.getValue(), given) && found == null) {
                found = one.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    /** A session of this role, from now on. */
    String session(Role role) {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        String told = role.wireName() + "." + clock.instant().plus(SESSION).getEpochSecond() + "." + text(random);
        return told + "." + text(signature(role, told));
    }

    /** Whose session it is; empty if it is none of ours, or over. */
    Optional<Role> roleOfSession(String session) {
        String[] parts = session.split("\\.", -1);
        if (parts.length != 4 || !parts[1].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        for (Role role : tokens.keySet()) {
            boolean isRight = role.wireName().equals(parts[0].toLowerCase(Locale.ROOT)) && MessageDigest.isEqual(
                    text(signature(role, parts[0] + "." + parts[1] + "." + parts[2])).getBytes(StandardCharsets.US_ASCII),
                    parts[3].getBytes(StandardCharsets.UTF_8));
            if (isRight && Long.parseLong(parts[1]) > clock.instant().getEpochSecond()) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    private byte[] signature(Role role, String told) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(tokens.get(role), "HmacSHA256"));
            return mac.doFinal(told.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
