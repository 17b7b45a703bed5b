package dev.serai.ingest;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
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

    private final Set<String> allowed = new LinkedHashSet<>(
            Set.of("Content-Type", "Authorization", USER_AGENT, FORWARDED_FOR));

    /** @param further headers that partners sign or authenticate with */
    public InboundHeaders(Collection<String> further) {
        for (String name : further) {
            if (name.regionMatches(true, 0, "Camel", 0, 5) || name.regionMatches(true, 0, "kafka.", 0, 6)) {
                throw new IllegalArgumentException("'" + name + "' steers Camel and must not come from outside");
            }
            allowed.add(name);
        }
    }

    Set<String> allowed() {
        return allowed;
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return allowed.stream().noneMatch(name::equalsIgnoreCase);
    }
}
