package dev.serai.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.RequestRefused;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the door makes of a request, by what a folder declares; vendors' schemes are in their folders' samples too. */
class WebhookDoorTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir
    private Path routes;

    private WebhookDoor door(String webhook, Map<String, String> settings, boolean isOnLoopback, String publicUrl)
            throws IOException {
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"), "title: Shop\ndescription: Of this test.\nsource:\n  settings:\n"
                + "    key: {description: A secret., secret: true}\n    other: {description: Another., secret: true}\n"
                + "  webhook:\n" + webhook.indent(4));
        PartnerFolders folders = PartnerFolders.read(routes);
        assertThat(folders.problems()).isEmpty();
        Map<String, String> all = new HashMap<>();
        settings.forEach((name, value) -> all.put("serai.sources.shop." + name, value));
        Sources sources = Sources.from(Settings.of(all), folders.partners());
        return new WebhookDoor(() -> sources, Clock.fixed(NOW, ZoneOffset.UTC), isOnLoopback, publicUrl, false);
    }

    private static Exchange request(String method, String uri, byte[] body, String... headers) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(WebhookDoor.PARTNER, "shop");
        exchange.setProperty(WebhookRequest.URI, uri);
        exchange.getMessage().setHeader("source", "shop");
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, method);
        exchange.getMessage().setHeader(Exchange.HTTP_RAW_QUERY, uri.contains("?") ? uri.substring(uri.indexOf('?') + 1) : null);
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getMessage().setHeader(headers[i], headers[i + 1]);
        }
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private static Exchange post(String body, String... headers) {
        return request("POST", "/webhooks/shop", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static String body(Exchange exchange) {
        return new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8);
    }

    /** The example of Twilio's page "Webhooks security". */
    @Test
    void verifiesTheVectorThatTwilioPublishes() throws Exception {
        WebhookDoor door = door("format: form\nsignature: {algorithm: hmac-sha1, encoding: base64, from: header:X-Twilio-Signature, "
                + "signed: \"{url}{fields}\", setting: key}", Map.of("key", "12345"), false, "https://mycompany.com");
        byte[] form = ("Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE")
                .getBytes(StandardCharsets.UTF_8);
        String[] headers = {"Content-Type", "application/x-www-form-urlencoded", "X-Twilio-Signature",
            "RSOYDt4T1cUTdK1PDd93/VVr8B8="};

        Exchange exchange = request("POST", "/myapp.php?foo=1&bar=2", form, headers);
        door.process(exchange);

        assertThat(body(exchange)).contains("\"CallSid\":\"CA1234567890ABCDE\"");
        assertThatThrownBy(() -> door.process(request("POST", "/myapp.php?foo=1&bar=3", form, headers)))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.code()).isEqualTo("bad_signature"));
    }

    @Test
    void verifiesAnEllipticCurveSignatureOverTimeAndBody() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update("1795514390[{}]".getBytes(StandardCharsets.UTF_8));
        String signature = Base64.getEncoder().encodeToString(signer.sign());
        WebhookDoor door = door("signature: {algorithm: ecdsa, from: header:X-Sig, signed: \"{header:X-Time}{body}\", "
                + "timestamp: header:X-Time, setting: key}",
                Map.of("key", Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())), false, "");

        Exchange good = post("[{}]", "X-Sig", signature, "X-Time", "1795514390");
        door.process(good);

        assertThat(body(good)).isEqualTo("[{}]");
        for (Exchange bad : new Exchange[] {post("[{} ]", "X-Sig", signature, "X-Time", "1795514390"),
            post("[{}]", "X-Sig", signature, "X-Time", "1795514391"), post("[{}]", "X-Sig", "AAAA", "X-Time", "1795514390"),
            post("[{}]", "X-Sig", "no base64 !", "X-Time", "1795514390"), post("[{}]", "X-Sig", signature)}) {
            assertThatThrownBy(() -> door.process(bad)).isInstanceOf(RequestRefused.class);
        }
    }

    @Test
    void aTokenMayComeAgainWithTheSameBodyOnly() throws Exception {
        WebhookDoor door = door("signature: {algorithm: hmac-sha256, from: body:/s, signed: \"{body:/t}\", once: body:/t, "
                + "setting: key}", Map.of("key", "k"), false, "");
        // echo -n t1 | openssl dgst -sha256 -hmac k
        String signed = "{\"t\":\"t1\",\"s\":\"" + hmac("k", "t1") + "\",\"n\":1}";

        door.process(post(signed));
        door.process(post(signed));

        assertThatThrownBy(() -> door.process(post(signed.replace("\"n\":1", "\"n\":2")))).hasMessageContaining("another body");
    }

    private static String hmac(String key, String text) throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return java.util.HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void withoutItsSecretASignedWebhookIsTakenOnLoopbackOnly() throws Exception {
        String webhook = "signature: {algorithm: hmac-sha256, from: header:X-Sig, setting: key}";

        door(webhook, Map.of(), true, "").process(post("{}"));

        assertThatThrownBy(() -> door(webhook, Map.of(), false, "").process(post("{}")))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> {
                    assertThat(refused.status()).isEqualTo(403);
                    assertThat(refused.getMessage()).contains("serai.sources.shop.key");
                });
    }

    @Test
    void asksForEverySecretThatIsSetAndKnowsTwoWhileOneReplacesTheOther() throws Exception {
        WebhookDoor door = door("secrets: [{in: basic, setting: key}, {in: header:X-Api-Key, setting: other}]",
                Map.of("key", "user:new user:old", "other", "s3"), false, "");
        String basic = "Basic " + Base64.getEncoder().encodeToString("user:old".getBytes(StandardCharsets.UTF_8));

        door.process(post("{}", "Authorization", basic, "X-Api-Key", "s3"));

        assertThatThrownBy(() -> door.process(post("{}", "Authorization", basic))).hasMessageContaining("X-Api-Key");
        assertThatThrownBy(() -> door.process(post("{}", "X-Api-Key", "s3"))).hasMessageContaining("serai.sources.shop.key")
                .hasMessageNotContainingAny("user:new", "s3");
    }

    @Test
    void theSecretInThePathIsThatOfTheSource() throws Exception {
        WebhookDoor door = door("secrets: [{in: path, setting: key}]", Map.of("key", "long-and-random"), false, "");
        Exchange with = post("{}");
        with.setProperty(WebhookRequest.PATH_SECRET, "long-and-random");

        door.process(with);

        assertThatThrownBy(() -> door.process(post("{}"))).isInstanceOf(RequestRefused.class);
    }

    @Test
    void answersGreetingsAndChallenges() throws Exception {
        WebhookDoor door = door("handshake: {get: true, echo: hub.challenge, token: hub.verify_token, setting: key, challenge: challenge}",
                Map.of("key", "v"), false, "");
        Exchange echo = request("GET", "/webhooks/shop?hub.mode=subscribe&hub.challenge=42&hub.verify_token=v", new byte[0]);
        Exchange head = request("HEAD", "/webhooks/shop", new byte[0]);
        Exchange challenge = post("{\"type\": \"url_verification\", \"challenge\": \"abc\"}");

        for (Exchange one : new Exchange[] {echo, head, challenge}) {
            door.process(one);
            assertThat(one.isRouteStop()).isTrue();
        }

        assertThat(body(echo)).isEqualTo("42");
        assertThat(body(challenge)).isEqualTo("{\"challenge\":\"abc\"}");
        assertThatThrownBy(() -> door.process(request("GET", "/webhooks/shop?hub.challenge=42&hub.verify_token=x", new byte[0])))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.status()).isEqualTo(403));
        assertThatThrownBy(() -> door("format: json", Map.of(), false, "").process(request("GET", "/webhooks/shop", new byte[0])))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.status()).isEqualTo(405));
    }

    @Test
    void readsFormsAndLines() throws Exception {
        Exchange form = post("data[merges][NAME]=J%C3%B6rg&data[list_id]=7&tag=a&tag=b&x[]=1&broken=%zz&data=late",
                "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        Exchange lines = post("{\"a\":1}\n\n{broken\n{\"b\":2} {\"c\":3}\n{\"d\":4}\n");

        door("format: form", Map.of(), true, "").process(form);
        door("format: ndjson", Map.of(), true, "").process(lines);

        assertThat(body(form)).isEqualTo("{\"data\":\"late\",\"tag\":[\"a\",\"b\"],\"x\":\"1\",\"broken\":\"%zz\"}");
        assertThat(body(lines)).isEqualTo("[{\"a\":1},\"{broken\",\"{\\\"b\\\":2} {\\\"c\\\":3}\",{\"d\":4}]");
    }
}
