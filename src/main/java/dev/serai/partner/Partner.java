package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A company or product that is integrated: one folder under {@code routes/}, as its {@code partner.yaml} tells it, with
 * the texts of its routes and mappings as they were when it was read. So what was tried is what is run, and what ran can
 * be run again, whatever happens to the files meanwhile.
 *
 * @param slug        the folder's name
 * @param folder      where it is
 * @param docs        the vendor's page about this interface; empty if none is named
 * @param source      present if data comes in from this partner
 * @param destination present if events go out to it
 * @param routes      its {@code *.camel.yaml} files, sorted
 * @param texts       of its routes and mappings, by their path in the folder
 */
public record Partner(String slug, Path folder, String title, String description, String docs, Optional<Source> source,
                      Optional<Destination> destination, List<Path> routes, Map<String, String> texts) {

    public Partner {
        Objects.requireNonNull(slug, "slug");
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(description, "description");
        docs = Objects.requireNonNullElse(docs, "");
        routes = List.copyOf(routes);
        texts = Map.copyOf(texts);
    }

    /** A file of this folder as the user would name it. */
    public String file(String name) {
        return folder.resolve(name).toString();
    }

    /** What is in a file of this folder; as it was when the folder was read, if it is a route or a mapping. */
    public String text(String name) throws IOException {
        String kept = texts.get(Path.of(name).normalize().toString());
        return kept != null ? kept : Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    }

    /**
     * Data coming in.
     *
     * @param settings what each source of this partner may be told, {@code serai.sources.<source>.<setting>}
     * @param setup    numbered steps for the person who sets it up; may be empty
     * @param events   the partner's own names of events, to canonical names
     * @param webhook  how it posts them
     * @param sync     present if objects are pulled from it
     */
    public record Source(Map<String, Setting> settings, String setup, Map<String, String> events, Webhook webhook,
                         Optional<Sync> sync) {
        public Source {
            settings = inOrder(settings);
            events = inOrder(events);
        }
    }

    /** Settings that every source has: its tracking plan, and what is done about what is not as planned. */
    public static final String PLAN = "plan";
    public static final String UNPLANNED_EVENTS = "unplannedEvents";
    public static final String UNPLANNED_PROPERTIES = "unplannedProperties";
    public static final String VIOLATIONS = "violations";

    /** Settings that every destination has. */
    public static final String REQUESTS_PER_MINUTE = "requestsPerMinute";
    public static final String ITEMS_PER_SECOND = "itemsPerSecond";
    public static final String CONSENT_CATEGORIES = "consentCategories";
    public static final String ALLOW_PRIVATE_ADDRESSES = "allowPrivateAddresses";

    public static final Set<String> EVERY_DESTINATIONS = Set.of(REQUESTS_PER_MINUTE, ITEMS_PER_SECOND, CONSENT_CATEGORIES,
            ALLOW_PRIVATE_ADDRESSES);

    /** The name of the request of a partner that takes only one kind. */
    public static final String ONLY_REQUEST = "";

    /**
     * Events going out.
     *
     * @param settings           what each destination of this partner may be told,
     *                           {@code serai.destinations.<destination>.<setting>}
     * @param setup              numbered steps for the person who sets it up; may be empty
     * @param requests           the kinds of requests that it takes; a single one is called {@link #ONLY_REQUEST}
     * @param maxRequests        requests under way at once, at most
     * @param userItemsPerSecond items of one user in a second, at most; 0 for any number
     * @param objects            whether objects go out to it too
     * @param tokenUrl           the setting with the URL of its access tokens; empty where requests need none
     */
    public record Destination(Map<String, Setting> settings, String setup, Map<String, Request> requests,
                              int maxRequests, int userItemsPerSecond, boolean objects, Optional<String> tokenUrl) {
        public Destination {
            settings = inOrder(settings);
            requests = inOrder(requests);
        }
    }

    /** People read them in the order in which the folder declares them. */
    private static <T> Map<String, T> inOrder(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * A kind of request.
     *
     * @param maxItems     items in one, at most
     * @param maxBytes     bytes of its body, at most
     * @param maxItemBytes bytes of an item, at most; 0 for any number
     * @param uniqueBy     the items' field by which no two of a request may be the same; empty if they may
     */
    public record Request(int maxItems, int maxBytes, int maxItemBytes, String uniqueBy) {

        public Request {
            uniqueBy = Objects.requireNonNullElse(uniqueBy, "");
        }

        /** What no other item of its request may have too. */
        public Optional<JsonNode> key(JsonNode item) {
            return uniqueBy.isEmpty() ? Optional.empty() : Optional.ofNullable(item.get(uniqueBy));
        }
    }

    /**
     * What a partner needs to be told.
     *
     * @param secret       never shown nor logged
     * @param required     without it the source or destination is off
     * @param defaultValue empty where there is none
     * @param kind         what its value must be
     * @param sandbox      what stands in for it while the sandbox is on; empty where nothing does
     */
    public record Setting(String description, boolean secret, boolean required, String defaultValue, Kind kind,
                          String sandbox) {

        /** In {@link #sandbox}, stands for the address of the sandbox. */
        public static final String SANDBOX_ADDRESS = "${sandbox}";

        public Setting {
            Objects.requireNonNull(kind, "kind");
            description = Objects.requireNonNullElse(description, "");
            defaultValue = Objects.requireNonNullElse(defaultValue, "");
            sandbox = Objects.requireNonNullElse(sandbox, "");
        }

        /** Its value where none is set: what stands in for it while the sandbox is on, else the default. */
        String standard(Settings settings) {
            return settings.flag(SettingKey.SANDBOX_ENABLED) && !sandbox.isEmpty()
                    ? sandbox.replace(SANDBOX_ADDRESS, "http://127.0.0.1:" + settings.text(SettingKey.SANDBOX_PORT))
                    : defaultValue;
        }
    }

    /** What the value of a setting must be. */
    public enum Kind {
        TEXT("any text") {
            @Override
            boolean accepts(String value) {
                return true;
            }
        },
        URL("an absolute http or https URL, without user and password") {
            @Override
            boolean accepts(String value) {
                try {
                    URI uri = new URI(value);
                    return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                            && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getPort() <= MAX_PORT;
                } catch (URISyntaxException e) {
                    return false;
                }
            }
        },
        FLAG("true or false") {
            @Override
            boolean accepts(String value) {
                return value.equals("true") || value.equals("false");
            }
        },
        NUMBER("a whole number") {
            @Override
            boolean accepts(String value) {
                return value.matches("-?\\d{1,18}");
            }
        },
        ALLOW_BLOCK("allow or block") {
            @Override
            boolean accepts(String value) {
                return value.equals("allow") || value.equals("block");
            }
        },
        ALLOW_OMIT("allow or omit") {
            @Override
            boolean accepts(String value) {
                return value.equals("allow") || value.equals("omit");
            }
        },
        ALLOW_OMIT_BLOCK("allow, omit or block") {
            @Override
            boolean accepts(String value) {
                return ALLOW_BLOCK.accepts(value) || ALLOW_OMIT.accepts(value);
            }
        },
        POSITIVE("a whole number from 1") {
            @Override
            boolean accepts(String value) {
                return value.matches("[1-9]\\d{0,8}");
            }
        };

        private static final int MAX_PORT = 65_535;

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** For people. */
        public String meaning() {
            return meaning;
        }

        abstract boolean accepts(String value);

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }
}
