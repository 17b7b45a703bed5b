package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a partner posts its events, and by what they are known to be its own, as {@code partner.yaml} declares it under
 * {@code source.webhook}.
 *
 * @param format    of the body
 * @param field     the field of a form that holds JSON; empty where the form itself is the payload
 * @param headers   further headers that the mapping sees, as {@code $headers}
 * @param signature present if the partner signs
 * @param secrets   what the partner shows instead of, or besides, a signature; those whose setting has a value must fit
 * @param handshake how it finds out that the address is the right one
 */
public record Webhook(Format format, String field, List<String> headers, Optional<Signature> signature,
                      List<Secret> secrets, Handshake handshake) {

    private static final Pattern HEADER = Pattern.compile("\\{header:([^}]+)}");

    /** Of a partner whose folder says nothing of its webhook. */
    public static final Webhook PLAIN = new Webhook(Format.JSON, "", List.of(), Optional.empty(),
            List.of(new Secret(new Place(Where.BEARER, ""), "token")), Handshake.NONE);

    public Webhook {
        headers = List.copyOf(headers);
        secrets = List.copyOf(secrets);
    }

    /** JSON is an object or an array of items; NDJSON one item a line. */
    public enum Format { JSON, FORM, NDJSON }

    public enum Algorithm { HMAC_SHA1, HMAC_SHA256, ECDSA }

    public enum Encoding { HEX, BASE64 }

    /** Where something stands in a request. A bearer token, a password and the secret in the path have a place of their own. */
    public enum Where { HEADER, BODY, BEARER, BASIC, PATH }

    /** @param name the header, or the pointer into the JSON body; empty for the other places */
    public record Place(Where where, String name) {

        /** Of {@code header:X-Signature}, {@code body:/signature/token}, {@code bearer}, {@code basic}, {@code path}. */
        static Place of(String text) {
            int colon = text.indexOf(':');
            return new Place(Where.valueOf((colon < 0 ? text : text.substring(0, colon)).toUpperCase(Locale.ROOT)),
                    colon < 0 ? "" : text.substring(colon + 1));
        }
    }

    /**
     * A signature over the raw bytes of the request.
     *
     * @param from      where it stands; several may be told, separated by blanks or commas, and one must fit
     * @param prefix    what stands before it there
     * @param signed    what is signed: text and {@code {body}}, {@code {url}}, {@code {fields}} (of a form: names and values,
     *                  sorted by name), {@code {header:X}}, {@code {body:/pointer}}
     * @param timestamp when it was signed, unix seconds or milliseconds or ISO 8601; empty if it does not tell
     * @param tolerance seconds for which it counts
     * @param once      what comes only once with a body, as a token of Mailgun's; empty for nothing
     * @param setting   the setting with the secret, or the public key
     * @param key       the key: text and {@code {secret}}, {@code {setting:name}}
     */
    public record Signature(Algorithm algorithm, Encoding encoding, Place from, String prefix, String signed,
                            Optional<Place> timestamp, int tolerance, Optional<Place> once, String setting, String key) { }

    /** @param setting the setting with what must stand there */
    public record Secret(Place in, String setting) { }

    /**
     * @param get       whether GET and HEAD are answered
     * @param echo      the parameter of a GET that is answered with its value; empty for none
     * @param token     the parameter that must then be the value of {@code setting}; empty for none
     * @param challenge the member of a JSON body that is answered with its value, and then is no event; empty for none
     */
    public record Handshake(boolean get, String echo, String token, String setting, String challenge) {

        static final Handshake NONE = new Handshake(false, "", "", "", "");
    }

    /** The settings it names, and whether each must be a secret one: a public key need not. */
    Map<String, Boolean> settings() {
        Map<String, Boolean> settings = new TreeMap<>();
        signature.ifPresent(one -> settings.put(one.setting(), one.algorithm() != Algorithm.ECDSA));
        secrets.forEach(secret -> settings.put(secret.setting(), true));
        if (!handshake.setting().isEmpty()) {
            settings.put(handshake.setting(), true);
        }
        return settings;
    }

    /** Every header that a request of this partner is asked for. */
    public Set<String> allHeaders() {
        Set<String> names = new LinkedHashSet<>(headers);
        signature.ifPresent(one -> {
            addHeader(one.from(), names);
            one.timestamp().ifPresent(place -> addHeader(place, names));
            one.once().ifPresent(place -> addHeader(place, names));
            Matcher found = HEADER.matcher(one.signed());
            while (found.find()) {
                names.add(found.group(1));
            }
        });
        secrets.forEach(secret -> addHeader(secret.in(), names));
        return names;
    }

    private static void addHeader(Place place, Set<String> names) {
        if (place.where() == Where.HEADER) {
            names.add(place.name());
        }
    }

    static Webhook read(JsonNode yaml) {
        List<String> headers = new ArrayList<>();
        yaml.path("headers").forEach(name -> headers.add(name.asText()));
        List<Secret> secrets = new ArrayList<>();
        yaml.path("secrets").forEach(secret -> secrets.add(new Secret(Place.of(secret.get("in").asText()),
                secret.get("setting").asText())));
        JsonNode handshake = yaml.path("handshake");
        return new Webhook(Format.valueOf(yaml.path("format").asText("json").toUpperCase(Locale.ROOT)),
                yaml.path("field").asText(""), headers, Optional.ofNullable(yaml.get("signature")).map(Webhook::signature),
                secrets, new Handshake(handshake.path("get").asBoolean(false), handshake.path("echo").asText(""),
                        handshake.path("token").asText(""), handshake.path("setting").asText(""),
                        handshake.path("challenge").asText("")));
    }

    private static Signature signature(JsonNode yaml) {
        return new Signature(
                Algorithm.valueOf(yaml.get("algorithm").asText().toUpperCase(Locale.ROOT).replace('-', '_')),
                Encoding.valueOf(yaml.path("encoding").asText("hex").toUpperCase(Locale.ROOT)),
                Place.of(yaml.get("from").asText()), yaml.path("prefix").asText(""), yaml.path("signed").asText("{body}"),
                Optional.ofNullable(yaml.get("timestamp")).map(place -> Place.of(place.asText())),
                yaml.path("toleranceSeconds").asInt(300),
                Optional.ofNullable(yaml.get("once")).map(place -> Place.of(place.asText())),
                yaml.get("setting").asText(), yaml.path("key").asText("{secret}"));
    }
}
