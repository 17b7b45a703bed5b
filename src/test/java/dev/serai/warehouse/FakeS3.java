package dev.serai.warehouse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A bucket for the unmodified AWS SDK: PUT, GET and DELETE of objects with path-style addresses. Each request must be
 * signed; the signature is computed anew from what arrived. Source: Amazon S3 API Reference, "Authenticating
 * Requests: Using the Authorization Header (AWS Signature Version 4)", "Signature Calculations: Transferring Payload
 * in a Single Chunk", "Error Responses".
 */
final class FakeS3 implements RedshiftSql.Files, AutoCloseable {

    static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final String BUCKET = "warehouse-files";

    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/s3/aws4_request, "
            + "SignedHeaders=([^,]+), Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final HttpServer server;
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private volatile int puts;

    FakeS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    int puts() {
        return puts;
    }

    @Override
    public byte[] read(String bucket, String key, String accessKey, String secret) {
        boolean mayRead = accessKey == null || accessKey.equals(KEY) && secret.equals(SECRET);
        return mayRead ? objects.get("/" + bucket + "/" + key) : null;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String refusal = refusal(exchange, body);
            String path = exchange.getRequestURI().getPath();
            if (refusal != null) {
                error(exchange, 403, refusal);
            } else if (!path.startsWith("/" + BUCKET + "/")) {
                error(exchange, 404, "NoSuchBucket");
            } else {
                switch (exchange.getRequestMethod()) {
                    case "PUT" -> {
                        puts++;
                        objects.put(path, body);
                        exchange.sendResponseHeaders(200, -1);
                    }
                    case "DELETE" -> {
                        objects.remove(path);
                        exchange.sendResponseHeaders(204, -1);
                    }
                    default -> error(exchange, 405, "MethodNotAllowed");
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String refusal(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
        Matcher signed = AUTHORIZATION.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        if (!signed.matches()) {
            return "AccessDenied";
        }
        if (!signed.group(1).equals(KEY)) {
            return "InvalidAccessKeyId";
        }
        String time = exchange.getRequestHeaders().getFirst("x-amz-date");
        if (Duration.between(Instant.from(TIME.parse(time)), Instant.now()).abs().toMinutes() > 15) {
            return "RequestTimeTooSkewed";
        }
        String hash = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
        boolean hasNone = hash.equals("UNSIGNED-PAYLOAD") && body.length == 0;
        if (!hasNone && !hash.equals(hex(MessageDigest.getInstance("SHA-256").digest(body)))) {
            return "XAmzContentSHA256Mismatch";
        }
        String headers = Arrays.stream(signed.group(4).split(";"))
                .map(name -> name + ":" + exchange.getRequestHeaders().getFirst(name).strip() + "\n").collect(Collectors.joining());
        String query = exchange.getRequestURI().getRawQuery();
        String canonical = exchange.getRequestMethod() + "\n" + exchange.getRequestURI().getRawPath() + "\n"
                + (query == null ? "" : query) + "\n" + headers + "\n" + signed.group(4) + "\n" + hash;
        String scope = signed.group(2) + "/" + signed.group(3) + "/s3/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + hex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {signed.group(2), signed.group(3), "s3", "aws4_request"}) {
            key = hmac(key, part);
        }
        return hex(hmac(key, toSign)).equals(signed.group(5)) ? null : "SignatureDoesNotMatch";
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] answer = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                + "</Message><RequestId>1</RequestId></Error>").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
