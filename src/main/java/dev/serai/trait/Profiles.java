package dev.serai.trait;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whose profile identifiers belong to that were seen together. Nothing known makes a profile, one profile gets
 * the new ones, several become one: the oldest, unless an identifier has more values then than a profile may have. So
 * two users are never one, although they used one browser or gave one email; what they share stays with who had it first.
 *
 * <p>The rules are those of Segment's identity resolution, with limits as it recommends; facts/segment.md section 7.5.
 */
final class Profiles {

    /** By their order: what tells most of a person comes first. */
    enum Kind {
        USER_ID("user_id", 1), EMAIL("email", 5), EXTERNAL("external", 5), ANONYMOUS_ID("anonymous_id", 100);

        final String text;
        final int limit;

        Kind(String text, int limit) {
            this.text = text;
            this.limit = limit;
        }

        static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(text);
        }
    }

    /** What somebody is known by. */
    record Identifier(Kind kind, String value) { }

    /** An identifier of a profile. */
    record Known(String profile, Instant seen) { }

    static final int MAX_MERGES = 100;
    private static final Set<String> NOBODY = Set.of("", "0", "-1", "null", "undefined", "none", "nil", "anonymous", "guest",
            "unknown", "n/a", "true", "false", "00000000-0000-0000-0000-000000000000");
    private static final int MAX_LENGTH = 500;

    private final Map<Identifier, Known> known = new LinkedHashMap<>();
    private final Map<String, List<Identifier>> byProfile = new HashMap<>();
    private final Map<String, Integer> merges = new HashMap<>();
    private final Map<String, String> merged = new LinkedHashMap<>();
    private final Set<Identifier> changed = new LinkedHashSet<>();

    /** Whether a value names somebody at all. */
    static boolean isUsable(String value) {
        return value != null && value.length() <= MAX_LENGTH && !NOBODY.contains(value.strip().toLowerCase(java.util.Locale.ROOT));
    }

    /** What was known before. */
    void load(Identifier identifier, Known one) {
        if (known.put(identifier, one) == null) {
            byProfile.computeIfAbsent(one.profile(), key -> new ArrayList<>()).add(identifier);
        }
    }

    /** These were seen together. */
    void see(List<Identifier> together, Instant seen) {
        List<Identifier> ids = together.stream().distinct().sorted(Comparator.comparing(Identifier::kind)).toList();
        if (ids.isEmpty()) {
            return;
        }
        List<String> profiles = ids.stream().map(known::get).filter(one -> one != null).map(Known::profile).distinct().toList();
        String profile = profiles.isEmpty() ? name(ids.get(0)) : profiles.get(0);
        for (String other : profiles) {
            if (!other.equals(profile) && mayMerge(profile, other)) {
                profile = merge(profile, other);
            }
        }
        for (Identifier id : ids) {
            if (!known.containsKey(id)) {
                // a user who comes by another's browser or email
                String target = hasRoom(profile, id.kind()) ? profile : id.kind() == Kind.USER_ID ? name(id) : null;
                if (target != null) {
                    load(id, new Known(target, seen));
                    changed.add(id);
                    profile = id.kind() == Kind.USER_ID ? target : profile;
                }
            }
        }
    }

    private boolean hasRoom(String profile, Kind kind) {
        return count(profile, kind) < kind.limit;
    }

    private long count(String profile, Kind kind) {
        return byProfile.getOrDefault(profile, List.of()).stream().filter(id -> id.kind() == kind).count();
    }

    private boolean mayMerge(String one, String other) {
        for (Kind kind : Kind.values()) {
            if (count(one, kind) + count(other, kind) > kind.limit) {
                return false;
            }
        }
        return merges.getOrDefault(one, 0) + merges.getOrDefault(other, 0) < MAX_MERGES;
    }

    private String merge(String one, String other) {
        String kept = oldest(one).isAfter(oldest(other)) ? other : one;
        String gone = kept.equals(one) ? other : one;
        for (Identifier id : byProfile.remove(gone)) {
            known.put(id, new Known(kept, known.get(id).seen()));
            byProfile.get(kept).add(id);
            changed.add(id);
        }
        merges.merge(kept, 1 + merges.getOrDefault(gone, 0), Integer::sum);
        merged.put(gone, kept);
        return kept;
    }

    private Instant oldest(String profile) {
        return byProfile.get(profile).stream().map(id -> known.get(id).seen()).min(Comparator.naturalOrder()).orElse(Instant.MAX);
    }

    /** A profile's name does not change while there is one: that of its first identifier, hashed. */
    private static String name(Identifier id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest((id.kind().text + ":" + id.value()).getBytes(StandardCharsets.UTF_8));
            return "p_" + HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What is other than what was loaded. */
    Map<Identifier, Known> changes() {
        Map<Identifier, Known> changes = new LinkedHashMap<>();
        changed.forEach(id -> changes.put(id, known.get(id)));
        return changes;
    }

    /** Profiles that are another's now, in the order in which it happened. */
    Map<String, String> merged() {
        return merged;
    }
}
