package dev.serai.console;

/** Why an event goes no further, for codes that come without a sentence. */
final class Words {

    private Words() {
    }

    /** @param title the destination's partner */
    static String of(String code, String title) {
        return switch (code) {
            case "consent" -> "The person's consent, in context.consent, does not cover " + title + ".";
            case "integrations" -> "The event's integrations object does not let it go to " + title + ".";
            case "suppressed" -> "The person is forgotten.";
            case "routing" -> "No step of routes/routing.camel.yaml chose " + title + ".";
            case "mapping" -> title + "'s mapping has no use for it.";
            case "repeated" -> title + " has an event of the same messageId already.";
            case "routing_failed" -> "The routing failed on it.";
            default -> title + " answered " + code + ".";
        };
    }
}
