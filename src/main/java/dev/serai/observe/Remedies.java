package dev.serai.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to do about a code, in a sentence: of rejected events, of events that stayed on their way to a destination, and of dead
 * letters. A partner may have codes of its own, so there is always an answer.
 */
public final class Remedies {

    private static final Pattern STATUS = Pattern.compile("http_(\\d{3})");
    private static final String SENDER = "Mend what sends it, and send the event again; ";
    private static final String CREDENTIALS = "Set a key that the partner takes in the destination's settings; a probe every five minutes "
            + "finds out, and what waits goes on.";
    private static final String NOTHING = "Nothing need be done: it is tried again, later and later, for four hours.";
    private static final String REPLAY = "Mend the event or the partner's side by what the answer says, then replay the dead letters.";
    private static final Map<String, String> BY_CODE = new HashMap<>();

    static {
        // the door
        say("Send a JSON object in UTF-8, as the sentence beside the sample says.", "bad_request");
        say(SENDER + "a track call needs 'event', its name in Object Action form.", "event_not_defined");
        say(SENDER + "'event' must be a string.", "event_not_string");
        say(SENDER + "'name' must be a string.", "name_not_string");
        say(SENDER + "'category' must be a string.", "category_not_string");
        say(SENDER + "'properties' must be an object.", "properties_not_object");
        say(SENDER + "'traits' must be an object.", "traits_not_object");
        say(SENDER + "ids are strings that are not empty; put numbers in quotes.", "id_not_string");
        say(SENDER + "group needs a groupId, alias a previousId.", "id_required");
        say(SENDER + "it needs a userId or an anonymousId.", "no_user_anon_id");
        say(SENDER + "context.device.advertisingId must be a string.", "device_advertisingid_should_be_string");
        say("Have the consent manager send categoryPreferences, an object of booleans, and a numeric version in context.consent.",
                "consent_categorypreferences_should_exist", "consent_categorypreferences_fields_should_be_bool",
                "consent_categorypreferences_fields_should_be_object", "consent_version_should_be_number");
        say("Have the sender make smaller batches: 500 KB and 2,500 events at most.", "payload_too_large", "batch_too_large");
        say("Send at least one event in 'batch'.", "empty_batch");
        say("Each event of the batch has a reason of its own; mend those.", "empty_batch_result");
        say("Add the event to the source's tracking plan, then replay the dead letters; or set the source's unplannedEvents to allow.",
                "unplanned_event");
        say("Mend the event's properties where it is sent, or the tracking plan, then replay the dead letters.", "violation");
        say("See in the partner's folder which field its collection names as the id; the record has none there.", "no_id");
        // on the way
        say("Mend the mapping in the partner's folder; what it failed on is the sample, and ./serai test runs it. Dead letters of "
                + "destinations can be replayed then.", "mapping_failed", "request_failed");
        say("Mend routes/routing.camel.yaml at the line that is named, then ./serai replay --stage routing.", "routing_failed");
        say("Look at the topic: something else than the hub has written there.", "unreadable");
        say("Nothing need be done, unless the categories in the destination's consentCategories are wrong.", "consent");
        say("Nothing need be done: the event's integrations object says that it must not go there.", "integrations");
        say("Nothing need be done: the person asked to be forgotten.", "suppressed");
        say("Nothing need be done, unless the event should go there: then change routes/routing.camel.yaml.", "routing");
        say("Nothing need be done: the partner has no use for such events, as its mapping in the folder says.", "mapping");
        say("Nothing need be done: the partner has an event of the same messageId since less than a day.", "repeated");
        say("Look at what the last attempts were answered, mend that, then replay the dead letters.", "retries_exhausted");
        say("Look in the hub's log why the destination's route failed; what waits is tried again.", "route_failed");
        say("See whether the partner's host can be reached from here; it is tried again for four hours.", "no_answer");
        say("Set the destination's clientId, clientSecret and refreshToken anew; the token's address refuses them or does not answer.",
                "no_access_token");
        say("Set the destination's allowPrivateAddresses to true if it is yours, or correct its URL.", "private_address");
        say("Send smaller events, or leave out properties in the destination's mapping; the partner's limit is in the sentence beside it.",
                "too_large", "http_413");
        say("Correct the destination's Kafka settings.", "kafka_settings");
        say("Give the destination's Kafka user the right to write to the topic, and see that there is one of that name.", "kafka_refuses");
        say("See whether the destination's Kafka can be reached; it is tried again for four hours.", "kafka_unavailable");
        // partners
        say(CREDENTIALS, "invalid_api_key", "http_401", "http_403");
        say("Turn the account's uploads on again at the partner; it has blocked them.", "upload_blocked");
        say(NOTHING + " If it goes on, set the destination's requestsPerMinute or itemsPerSecond lower.", "throttled", "http_429",
                "rate_limit_daily", "rate_limit_ten_seconds");
        say(NOTHING, "locked", "migration", "http_408", "http_409", "http_425");
        say("Nothing need be done: another event of the same request was at fault, and this one goes without it.", "other_event_refused",
                "other_event_throttled", "other_event_too_old", "other_member_refused");
        say("Send fewer events of this one user; the partner has a limit for a day.", "exceeded_daily_quota");
        say("Send longer ids, or set the destination's minIdLength.", "invalid_id_length");
        say("Nothing need be done, unless the user, device or event should not be ignored: that is set at the partner.", "silenced");
        say(REPLAY, "refused", "fatal", "failed_record", "invalid_fields", "missing_fields", "http_400", "http_422");
        say("Correct the address in the destination's settings: the partner has nothing there.", "http_404", "http_405", "http_410");
    }

    private Remedies() {
    }

    private static void say(String remedy, String... codes) {
        for (String code : codes) {
            BY_CODE.put(code, remedy);
        }
    }

    /** Whether the code has a sentence of its own. */
    public static boolean isKnown(String code) {
        return BY_CODE.containsKey(code);
    }

    /** A sentence for any code. */
    public static String of(String code) {
        String known = BY_CODE.get(code);
        if (known != null) {
            return known;
        }
        Matcher status = STATUS.matcher(code);
        if (status.matches()) {
            char first = status.group(1).charAt(0);
            return first == '5' ? "Nothing need be done while it is the partner's fault: it is tried again, later and later, for four hours."
                    : first == '3' ? "Set the partner's new address in the destination's settings; redirects are not followed." : REPLAY;
        }
        return "See what the partner says of '" + code + "'; once that is mended, replay what became a dead letter.";
    }
}
