package dev.serai.ingest;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * The only request headers that become headers of a Camel message. Query parameters never do.
 *
 * <p>Without it an HTTP client steers what comes behind: Camel 4.17's Kafka producer takes its topic from a header
 * {@code kafka.OVERRIDE_TOPIC} (CVE-2026-49098), its Salesforce component a query (CVE-2026-49099). An allow-list ends
 * the whole class, a deny-list would end two.
 */
public final class InboundHeaders implements HeaderFilterStrategy {

    static final String USER_AGENT = "User-Agent";
    static final String FORWARDED_FOR = "X-Forwarded-For";
    static final String FORWARDED_HOST = "X-Forwarded-Host";
    static final String FORWARDED_PROTO = "X-Forwarded-Proto";
    static final String HOST = "Host";

    private static final Set<String> ALWAYS = Set.of("Content-Type", "Authorization", USER_AGENT, FORWARDED_FOR);
    private static final Set<String> OF_WEBHOOKS = Set.of(HOST, FORWARDED_HOST, FORWARDED_PROTO);
    private static final String WEBHOOKS = "/webhooks/";

    private final Function<String, Collection<String>> ofPartner;

    /** @param ofPartner the headers that a partner signs or authenticates with, by its slug */
    public InboundHeaders(Function<String, Collection<String>> ofPartner) {
        this.ofPartner = ofPartner;
    }

    /** @param path of the endpoint, such as {@code /webhooks/braze/{source}} */
    Set<String> allowed(String path) {
        Set<String> allowed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        allowed.addAll(ALWAYS);
        if (path.startsWith(WEBHOOKS)) {
            allowed.addAll(OF_WEBHOOKS);
            allowed.addAll(ofPartner.apply(path.substring(WEBHOOKS.length()).split("/", 2)[0]));
        }
        allowed.removeIf(InboundHeaders::steersCamel);
        return allowed;
    }

    private static boolean steersCamel(String name) {
        return name.regionMatches(true, 0, "Camel", 0, 5) || name.regionMatches(true, 0, "kafka.", 0, 6);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return ALWAYS.stream().noneMatch(name::equalsIgnoreCase);
    }
}
