package dev.serai.ingest;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConstants;

/**
 * Who is calling. Behind a proxy the address is the first of {@code X-Forwarded-For}; otherwise that header is what
 * anybody may write, and only its presence counts: such a call did not start on this machine.
 */
final class Caller {

    private final boolean behindProxy;

    Caller(boolean behindProxy) {
        this.behindProxy = behindProxy;
    }

    /** The client's address as text; null if unknown. */
    String address(Message message) {
        String forwarded = message.getHeader(InboundHeaders.FORWARDED_FOR, String.class);
        if (behindProxy && forwarded != null) {
            String first = forwarded.split(",", 2)[0].strip();
            return first.isEmpty() || first.length() > 64 ? null : first;
        }
        SocketAddress remote = message.getHeader(VertxPlatformHttpConstants.REMOTE_ADDRESS, SocketAddress.class);
        return remote == null ? null : remote.hostAddress();
    }

    String userAgent(Message message) {
        return message.getHeader(InboundHeaders.USER_AGENT, String.class);
    }

    boolean isLoopback(Message message) {
        SocketAddress remote = message.getHeader(VertxPlatformHttpConstants.REMOTE_ADDRESS, SocketAddress.class);
        if (remote == null || message.getHeader(InboundHeaders.FORWARDED_FOR) != null) {
            return false;
        }
        try {
            // the text of an address: nothing is looked up
            return InetAddress.getByName(remote.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
