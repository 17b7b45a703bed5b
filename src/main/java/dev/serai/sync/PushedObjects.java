package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Intake;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import dev.serai.model.RequestRefused;
import dev.serai.partner.Collection;
import dev.serai.partner.Collection.PagingStyle;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Sync;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes objects of an event that the partner pushes, one of those that the feeds of its collections are made of: the
 * same objects as a sync would, sooner. Syncs go on all the same, for a webhook may never come, and they bring what an
 * event does not hold.
 *
 * <p>Hazard: events arrive in any order. Of one second the one that comes last holds, until the next sync has read the
 * feed in its own order.
 */
final class PushedObjects {

    /** Exchange property: the {@link ConfiguredSource} by which a webhook came. */
    static final String SOURCE = "serai.source";

    /** What a partner's own interface calls an event whose payload says no more than where to look. */
    private static final String THIN = "v2.core.event";

    private final Sync sync;
    private final Map<Collection, Program> collections = new LinkedHashMap<>();
    private final Clock clock;

    PushedObjects(Partner partner, Clock clock) {
        this.clock = clock;
        this.sync = partner.source().flatMap(Partner.Source::sync).orElseThrow(() -> new IllegalArgumentException("'"
                + partner.slug() + "' declares no collections"));
        sync.collections().values().stream().filter(one -> one.changes().isPresent()).forEach(one ->
                collections.put(one, one.mapping().map(mapping -> Program.compile(partner, mapping)).orElse(null)));
    }

    Intake map(byte[] body, ConfiguredSource source) {
        JsonNode event;
        try {
            event = Json.MAPPER.readTree(body);
        } catch (IOException e) {
            event = null;
        }
        if (event == null || !event.path("type").isTextual() || THIN.equals(event.path("object").asText())) {
            RequestRefused refusal = new RequestRefused(400, "bad_request", event != null && event.isObject()
                    ? "this is no event with its object; choose snapshot events of the API version in the folder's README"
                    : "the body is no JSON object");
            return new Intake(source.name(), List.of(), List.of(), refusal);
        }
        if (Json.isDeeper(event, Json.MAX_EVENT_DEPTH)) {
            RequestRefused refusal = new RequestRefused(400, "bad_request", "the event is nested deeper than "
                    + Json.MAX_EVENT_DEPTH + " levels");
            return new Intake(source.name(), List.of(), List.of(), refusal);
        }
        List<PartnerObject> objects = new ArrayList<>();
        List<DeadLetter> letters = new ArrayList<>();
        Set<String> chosen = SyncedSource.chosen(source, sync);
        for (Map.Entry<Collection, Program> one : collections.entrySet()) {
            Collection.Changes changes = one.getKey().changes().orElseThrow();
            String type = event.path("type").asText();
            if (changes.types().contains(type) && chosen.contains(one.getKey().name())) {
                boolean isDeleted = changes.deletes().contains(type);
                PagingStyle style = changes.paging();
                JsonNode object = AnswerReader.field(event, style.text("objectField"));
                long version = EventsPaging.version(event.path(style.text("createdField")).asLong(), type, 0, isDeleted);
                Item item = Item.of(object, version, isDeleted);
                new ObjectMaker(source, one.getKey(), one.getValue(), clock, letters::add)
                        .make(item, version, item.parent(one.getKey()), Set.of(), objects);
            }
        }
        List<Intake.Reject> rejects = new ArrayList<>();
        letters.forEach(letter -> rejects.add(new Intake.Reject(0, letter)));
        return new Intake(source.name(), objects.stream().map(object -> new Intake.Accepted(object.key(), object.toBytes()))
                .toList(), rejects, null);
    }

    /** Empty if there is no such partner folder. */
    static Optional<PushedObjects> of(Map<String, Partner> partners, String slug, Clock clock) {
        return Optional.ofNullable(partners.get(slug)).map(partner -> new PushedObjects(partner, clock));
    }
}
