package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No request of a user's making reaches the inside of the network. */
class AddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2130706433"})
    void whatIsNotPublicIsRefused(String literal) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(literal))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "8.8.8.8", "172.15.255.255", "172.32.0.0", "100.128.0.0", "223.255.255.1",
        "2606:4700:4700::1111", "2001:4860:4860::8888"})
    void whatIsPublicIsAllowed(String literal) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(literal))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:%d/", "http://localhost:%d/", "http://[::1]:%d/",
        "http://[::ffff:127.0.0.1]:%d/", "http://0.0.0.0:%d/", "http://2130706433:%d/"})
    void noFormOfThisMachinesAddressIsConnectedTo(String url) {
        Vertx vertx = Vertx.vertx();
        try (PartnerServer inside = new PartnerServer();
                VertxTransport transport = new VertxTransport(vertx, new HostResolver(InetAddress::getAllByName))) {
            assertThatThrownBy(() -> transport.send(webhook(false), call(url.formatted(inside.port()))).join())
                    .hasCauseInstanceOf(AddressRefused.class);
            assertThat(inside.requests()).isEmpty();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.1/", "file:///etc/passwd", "ftp://files.example/", "//no.scheme.example/"})
    void whatIsNoProperUrlIsNoRequest(String url) {
        assertThatThrownBy(() -> call(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHostOfWhichOneAddressIsPrivateIsRefused() throws Exception {
        InetAddress[] mixed = {InetAddress.getByName("93.184.216.34"), InetAddress.getByName("10.0.0.1")};
        try (HostResolver resolver = new HostResolver(host -> mixed)) {
            assertThatThrownBy(() -> resolver.resolve("mixed.example", false).join())
                    .isInstanceOf(CompletionException.class).hasCauseInstanceOf(AddressRefused.class);
        }
    }

    @Test
    void theAddressThatWasCheckedIsTheOneConnectedTo() {
        Vertx vertx = Vertx.vertx();
        AtomicInteger asked = new AtomicInteger();
        // a name that no DNS knows: had the client resolved it again, there would be no answer
        HostResolver resolver = new HostResolver(host -> {
            asked.incrementAndGet();
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        });
        try (PartnerServer partner = new PartnerServer();
                VertxTransport transport = new VertxTransport(vertx, resolver)) {
            String url = "http://rebinding.invalid:" + partner.port() + "/";

            HttpAnswer first = transport.send(webhook(true), call(url)).join();
            HttpAnswer second = transport.send(webhook(true), call(url)).join();

            assertThat(first.status()).isEqualTo(200);
            assertThat(second.status()).isEqualTo(200);
            assertThat(asked).hasValue(1);
            assertThat(partner.requests().get(0).headers()).containsEntry("host", "rebinding.invalid:" + partner.port());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static HttpCall call(String url) {
        return new HttpCall("POST", URI.create(url), Map.of("content-type", "application/json"), new byte[] {'{', '}'});
    }

    private static ConfiguredDestination webhook(boolean allowPrivate) {
        return Destinations.from(Settings.of(Map.of("serai.destinations.webhook.url", "https://unused.example/",
                "serai.destinations.webhook.allowPrivateAddresses", String.valueOf(allowPrivate))),
                PartnerFolders.read(Path.of("routes")).partners()).byName().get("webhook");
    }
}
