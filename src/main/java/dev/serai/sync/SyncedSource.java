package dev.serai.sync;

import dev.serai.model.DeadLetter;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Collection;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One source with its collections: what they share is the partner's limits, its clock and the credentials. */
final class SyncedSource {

    /** How often a source that a person must mend is asked whether that still holds. */
    static final Duration PROBE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(SyncedSource.class);

    private final ConfiguredSource source;
    private final Sync sync;
    private final PageSource pages;
    private final SyncContext context;
    private final Pace pace;
    private final PartnerTime time;
    private final Map<String, Collection> declared;
    private final Map<String, SyncedCollection> collections = new LinkedHashMap<>();

    /**
     * @param pages   asks the partner
     * @param letters takes records that no object can be made of
     * @throws SettingsException with everything that is wrong with the mappings or the setting that chooses collections
     */
    SyncedSource(ConfiguredSource source, PageSource pages, SyncContext context, Consumer<DeadLetter> letters) {
        this.source = source;
        this.sync = source.partner().source().flatMap(Partner.Source::sync).orElseThrow();
        this.pages = pages;
        this.context = context;
        this.pace = new Pace(limits());
        this.time = new PartnerTime(context.clock());
        this.declared = sync.collections(source.settings());
        Map<String, Program> programs = programs();
        for (String name : chosen(source, sync)) {
            Collection collection = declared.get(name);
            ObjectMaker maker = new ObjectMaker(source, collection,
                    collection.mapping().map(programs::get).orElse(null), context.clock(), letters);
            collections.put(name, new SyncedCollection(this, collection, maker));
        }
    }

    /** The folder's limits, and those that the account has instead. */
    private Map<String, Integer> limits() {
        Map<String, Integer> pace = new LinkedHashMap<>(sync.pace());
        for (String limit : source.setting(Sync.PACE).orElse("").split(",")) {
            String[] parts = limit.strip().split("\\s*:\\s*");
            boolean isLimit = parts.length == 2 && sync.pace().containsKey(parts[0]) && parts[1].matches("[1-9]\\d{0,8}");
            if (!limit.isBlank() && !isLimit) {
                throw new SettingsException(new Problem(SettingKey.SOURCES_PREFIX + source.name() + "." + Sync.PACE, 0, 0,
                        "'" + limit.strip() + "' is no limit", "write name:number, of "
                                + String.join(", ", sync.pace().keySet())));
            }
            if (!limit.isBlank()) {
                pace.put(parts[0], Integer.parseInt(parts[1]));
            }
        }
        return pace;
    }

    private Map<String, Program> programs() {
        Map<String, Program> programs = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        declared.values().stream().flatMap(one -> one.mapping().stream()).distinct().forEach(mapping -> {
            try {
                programs.put(mapping, Program.compile(source.partner(), mapping));
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
        });
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return programs;
    }

    /**
     * The names of the collections that are synced, in the order of the folder.
     *
     * @throws SettingsException if the setting names others
     */
    static Set<String> chosen(ConfiguredSource source, Sync sync) {
        Map<String, Collection> all = sync.collections(source.settings());
        Set<String> standard = all.values().stream().filter(Collection::isOn).map(Collection::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        String setting = source.setting(Sync.COLLECTIONS).orElse("");
        if (setting.isBlank()) {
            return standard;
        }
        List<String> words = List.of(setting.strip().split("\\s*,\\s*"));
        Set<String> wanted = new LinkedHashSet<>();
        if (words.contains("all")) {
            wanted.addAll(all.keySet());
        } else if (words.stream().allMatch(word -> word.startsWith("-"))) {
            wanted.addAll(standard);
        }
        List<Problem> problems = new ArrayList<>();
        for (String word : words) {
            String name = word.startsWith("-") ? word.substring(1) : word;
            if (!word.equals("all") && !all.containsKey(name)) {
                problems.add(new Problem(SettingKey.SOURCES_PREFIX + source.name() + "." + Sync.COLLECTIONS, 0, 0,
                        "there is no collection '" + name + "'", "choose of " + String.join(", ", all.keySet())));
            } else if (word.startsWith("-")) {
                wanted.remove(name);
            } else if (!word.equals("all")) {
                wanted.add(name);
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        Set<String> ordered = new LinkedHashSet<>(all.keySet());
        ordered.retainAll(wanted);
        return ordered;
    }

    ConfiguredSource source() {
        return source;
    }

    PageSource pages() {
        return pages;
    }

    SyncContext context() {
        return context;
    }

    Pace pace() {
        return pace;
    }

    PartnerTime time() {
        return time;
    }

    Map<String, SyncedCollection> collections() {
        return collections;
    }

    /** A collection of the folder, synced or not. */
    Collection declared(String name) {
        return declared.get(name);
    }

    int pollSeconds() {
        return source.setting(Sync.POLL_SECONDS).map(Integer::parseInt).orElse(sync.pollSeconds());
    }

    /** Whether the user said how often, which then counts for every collection. */
    boolean isPeriodSet() {
        return pollSeconds() != sync.pollSeconds();
    }

    /** The credentials are refused: nothing of this source is asked for until somebody has mended them. */
    void stop(SyncFault fault) {
        Instant next = context.clock().instant().plus(PROBE);
        SyncFault told = new SyncFault(fault.kind(), fault.getMessage() + "; " + remedy(), null, fault);
        LOG.error("Source stopped until somebody mends it source={} error={} remedy={}", source.name(), fault.getMessage(),
                remedy());
        collections.values().forEach(collection -> collection.state().stop(told, next));
    }

    /** Why the source is stopped, if it is. */
    Optional<String> stoppedBy() {
        return collections.values().stream().map(SyncedCollection::state)
                .filter(state -> state.phase() == SyncState.Phase.STOPPED).findFirst()
                .map(state -> source.name() + ": " + state.message().orElse("stopped"));
    }

    private String remedy() {
        String secrets = source.partner().source().orElseThrow().settings().entrySet().stream()
                .filter(setting -> setting.getValue().secret())
                .map(setting -> SettingKey.SOURCES_PREFIX + source.name() + "." + setting.getKey()).sorted()
                .collect(Collectors.joining(" or "));
        return "set " + secrets + " and restart the hub, or run ./serai sync " + source.name();
    }
}
