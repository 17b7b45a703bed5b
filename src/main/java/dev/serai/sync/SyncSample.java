package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import dev.serai.partner.Collection;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import dev.serai.partner.Sources.ConfiguredSource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sample of a sync: {@code in.sync.json} says a collection and what the partner answered, and with {@code cursor} where
 * the sync stood; {@code out.objects.json} is what reaches topic {@code objects}.
 */
public final class SyncSample {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private SyncSample() {
    }

    /** The objects and, under {@code deadLetters}, what none could be made of. */
    public static ObjectNode run(Partner partner, JsonNode sample) throws Exception {
        Collection collection = partner.source().orElseThrow().sync().orElseThrow().collections()
                .get(sample.path("collection").asText());
        ConfiguredSource source = new ConfiguredSource(partner.slug(), partner, Map.of());
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        List<DeadLetter> letters = new ArrayList<>();
        ObjectMaker maker = new ObjectMaker(source, collection,
                collection.mapping().map(mapping -> Program.compile(partner, mapping)).orElse(null), clock, letters::add);
        Run run = new Run(source, collection, NOW, Instant.EPOCH);
        Paging paging = Pagings.of(collection);
        ObjectNode cursor = sample.path("cursor") instanceof ObjectNode given ? given : Json.MAPPER.createObjectNode();
        Answer answer = new Answer(Json.MAPPER.writeValueAsBytes(sample.path("answer")), NOW, Map.of());
        List<PartnerObject> objects = new ArrayList<>();
        String parent = sample.path("parent").textValue();
        for (Item item : paging.read(cursor, paging.ask(cursor, run), answer, run).items()) {
            maker.make(item, Times.micros(NOW), parent, Set.of(), objects);
        }
        ObjectNode out = Json.MAPPER.createObjectNode();
        ArrayNode list = out.putArray("objects");
        for (PartnerObject object : objects) {
            list.add(Json.MAPPER.readTree(object.toBytes()));
        }
        for (DeadLetter letter : letters) {
            out.withArray("/deadLetters").addObject().put("code", letter.code()).put("message", letter.message());
        }
        return out;
    }
}
