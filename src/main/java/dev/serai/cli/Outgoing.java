package dev.serai.cli;

import dev.serai.sample.HttpFile.Header;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

/**
 * A request that is ready to be sent to a hub.
 *
 * @param events how many it carries; 0 where only the partner's mapping knows
 */
record Outgoing(String method, String path, List<Header> headers, byte[] body, int events) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    Outgoing {
        headers = List.copyOf(headers);
    }

    HttpRequest to(String address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(header -> request.header(header.name(), header.value()));
        return request.build();
    }

    @Override
    public String toString() {
        return method + " " + path + (events > 0 ? "  " + plural(events, "event") : "");
    }

    static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
