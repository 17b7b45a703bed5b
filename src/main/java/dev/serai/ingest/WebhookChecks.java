package dev.serai.ingest;

import dev.serai.model.RequestRefused;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Webhook;
import dev.serai.partner.Webhook.Algorithm;
import dev.serai.partner.Webhook.Place;
import dev.serai.partner.Webhook.Secret;
import dev.serai.partner.Webhook.Signature;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a webhook request is the partner's, by what its folder declares: a signature over the raw bytes, or a secret
 * that it shows. Everything is compared in constant time; a setting may hold two secrets, separated by a blank or a
 * comma, while one takes the other's place.
 *
 * <p>A partner that signs must be told apart from everybody else: without its secret nothing is taken from it unless
 * the hub listens on loopback only.
 */
final class WebhookChecks {

    private static final Pattern PART = Pattern.compile("\\{([a-z]+)(?::([^}]+))?}");
    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");
    private static final long SECONDS_HAVE_LESS = 100_000_000_000L;
    private static final int MAX_SEEN = 100_000;

    private final Clock clock;
    private final boolean isOnLoopback;
    private final String publicUrl;
    private final boolean isBehindProxy;
    private final Map<String, String> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_SEEN;
        }
    };

    /**
     * @param isOnLoopback whether the hub can be reached from this machine only
     * @param publicUrl    its address as partners see it; empty to go by the request
     */
    WebhookChecks(Clock clock, boolean isOnLoopback, String publicUrl, boolean isBehindProxy) {
        this.clock = clock;
        this.isOnLoopback = isOnLoopback;
        this.publicUrl = publicUrl.replaceFirst("/+$", "");
        this.isBehindProxy = isBehindProxy;
    }

    /** @throws RequestRefused if it is not the partner's */
    void check(Webhook webhook, ConfiguredSource source, WebhookRequest request) {
        for (Secret secret : webhook.secrets()) {
            source.setting(secret.setting()).ifPresent(value -> check(secret, value, source, request));
        }
        if (webhook.signature().isPresent()) {
            Signature signature = webhook.signature().get();
            String value = source.setting(signature.setting()).orElse("");
            if (!value.isEmpty()) {
                check(signature, value, source, request);
            } else if (!isOnLoopback) {
                throw new RequestRefused(403, "no_secret", "set " + name(source, signature.setting())
                        + "; without it no webhook is taken from outside");
            }
        }
    }

    private static String name(ConfiguredSource source, String setting) {
        return SettingKey.SOURCES_PREFIX + source.name() + "." + setting;
    }

    private static void check(Secret secret, String value, ConfiguredSource source, WebhookRequest request) {
        String given = request.at(secret.in());
        boolean fits = false;
        for (String one : values(value)) {
            String expected = secret.in().where() == Webhook.Where.BASIC
                    ? Base64.getEncoder().encodeToString(one.getBytes(StandardCharsets.UTF_8)) : one;
            fits |= isSame(given == null ? "" : given, expected);
        }
        if (!fits) {
            String setting = name(source, secret.setting());
            throw new RequestRefused(401, "bad_token", switch (secret.in().where()) {
                case BEARER -> given == null ? "send the token of " + setting + " as Authorization: Bearer"
                        : "the bearer token is not that of " + setting;
                case BASIC -> "send the user and password of " + setting + " as Authorization: Basic";
                case PATH -> "the address must end with the secret of " + setting;
                default -> secret.in().name() + " must be the secret of " + setting;
            });
        }
    }

    private static List<String> values(String setting) {
        return Arrays.stream(SEPARATOR.split(setting)).filter(one -> !one.isEmpty()).toList();
    }

    private void check(Signature signature, String value, ConfiguredSource source, WebhookRequest request) {
        String setting = name(source, signature.setting());
        String given = request.at(signature.from());
        if (given == null || given.isBlank()) {
            throw refused("there is no signature in " + signature.from().name() + "; it must be made with " + setting);
        }
        signature.timestamp().ifPresent(place -> checkAge(place, signature.tolerance(), request));
        byte[] signed = signed(signature, request);
        boolean fits = false;
        for (String secret : values(value)) {
            for (String one : SEPARATOR.split(given.strip())) {
                if (one.startsWith(signature.prefix())) {
                    fits |= fits(signature, secret, source, signed, one.substring(signature.prefix().length()));
                }
            }
        }
        if (!fits) {
            throw refused("this was not signed with " + setting);
        }
        signature.once().ifPresent(place -> checkOnce(source, request.at(place), request.body()));
    }

    private static RequestRefused refused(String why) {
        return new RequestRefused(401, "bad_signature", why);
    }

    private static boolean fits(Signature signature, String secret, ConfiguredSource source, byte[] signed, String given) {
        try {
            if (signature.algorithm() == Algorithm.ECDSA) {
                java.security.Signature verifier = java.security.Signature.getInstance("SHA256withECDSA");
                verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(
                        new X509EncodedKeySpec(Base64.getDecoder().decode(secret))));
                verifier.update(signed);
                return verifier.verify(Base64.getDecoder().decode(given));
            }
            String name = signature.algorithm() == Algorithm.HMAC_SHA1 ? "HmacSHA1" : "HmacSHA256";
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key(signature.key(), secret, source).getBytes(StandardCharsets.UTF_8), name));
            byte[] made = mac.doFinal(signed);
            return signature.encoding() == Webhook.Encoding.HEX
                    ? isSame(given.toLowerCase(java.util.Locale.ROOT), HexFormat.of().formatHex(made))
                    : isSame(given, Base64.getEncoder().encodeToString(made));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // a key or a signature that is none
            return false;
        }
    }

    private static String key(String template, String secret, ConfiguredSource source) {
        return PART.matcher(template).replaceAll(part -> Matcher.quoteReplacement(
                part.group(1).equals("secret") ? secret : source.setting(part.group(2)).orElse("")));
    }

    private byte[] signed(Signature signature, WebhookRequest request) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        Matcher part = PART.matcher(signature.signed());
        int from = 0;
        while (part.find()) {
            signed.writeBytes(signature.signed().substring(from, part.start()).getBytes(StandardCharsets.UTF_8));
            signed.writeBytes(switch (part.group(1)) {
                case "body" -> part.group(2) == null ? request.body()
                        : text(request.at(new Place(Webhook.Where.BODY, part.group(2))));
                case "header" -> text(request.header(part.group(2)));
                case "url" -> text(url(request));
                case "fields" -> fields(request);
                default -> part.group().getBytes(StandardCharsets.UTF_8);
            });
            from = part.end();
        }
        signed.writeBytes(signature.signed().substring(from).getBytes(StandardCharsets.UTF_8));
        return signed.toByteArray();
    }

    private static byte[] text(String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Names and values of a form, sorted. What is no form is signed by its hash, in the parameter bodySHA256 of the URL
     * (Twilio, "Webhooks security").
     */
    private static byte[] fields(WebhookRequest request) {
        if (request.isForm()) {
            return text(request.fields().stream().sorted(Map.Entry.<String, String>comparingByKey()
                    .thenComparing(Map.Entry.comparingByValue())).map(field -> field.getKey() + field.getValue())
                    .collect(Collectors.joining()));
        }
        String hash = Form.value(Form.parse(request.query().getBytes(StandardCharsets.UTF_8)), "bodySHA256");
        if (hash != null && !isSame(hash, hash(request.body()))) {
            throw refused("the body is not the one that bodySHA256 tells of");
        }
        return hash == null ? request.body() : new byte[0];
    }

    private String url(WebhookRequest request) {
        if (!publicUrl.isEmpty()) {
            return publicUrl + request.uri();
        }
        String host = isBehindProxy && request.header(InboundHeaders.FORWARDED_HOST) != null
                ? request.header(InboundHeaders.FORWARDED_HOST) : request.header(InboundHeaders.HOST);
        String scheme = isBehindProxy && request.header(InboundHeaders.FORWARDED_PROTO) != null
                ? request.header(InboundHeaders.FORWARDED_PROTO) : "http";
        return scheme + "://" + host + request.uri();
    }

    private void checkAge(Place place, int toleranceSeconds, WebhookRequest request) {
        String text = request.at(place);
        long age = Math.abs(clock.millis() - millis(text == null ? "" : text.strip(), place));
        if (age > toleranceSeconds * 1_000L) {
            throw refused("the signature is " + age / 1_000 + " seconds from the hub's time, " + toleranceSeconds
                    + " are allowed; is the clock right?");
        }
    }

    private static long millis(String text, Place place) {
        try {
            if (text.matches("\\d{1,15}([.]\\d{1,9})?")) {
                double number = Double.parseDouble(text);
                return (long) (number < SECONDS_HAVE_LESS ? number * 1_000 : number);
            }
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw refused("the signature's time in " + place.name() + " cannot be read");
        }
    }

    /** A partner's own retry has the same body. */
    private void checkOnce(ConfiguredSource source, String token, byte[] body) {
        String hash = hash(body);
        String before;
        synchronized (seen) {
            before = seen.putIfAbsent(source.name() + " " + token, hash);
        }
        if (before != null && !before.equals(hash)) {
            throw refused("this token came before, with another body");
        }
    }

    private static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean isSame(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
