package dev.serai.docs;

import dev.serai.partner.Partner;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Webhook;
import dev.serai.partner.Webhook.Handshake;
import dev.serai.partner.Webhook.Place;
import dev.serai.partner.Webhook.Secret;
import dev.serai.partner.Webhook.Signature;
import dev.serai.partner.Webhook.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.commonmark.node.Node;

/** Where a partner posts, and by what the hub knows that it was the partner. */
final class WebhookSection {

    private final Partner partner;
    private final Partner.Source source;
    private final Webhook webhook;
    private final Routes routes;
    private final List<List<Node>> facts = new ArrayList<>();

    WebhookSection(Partner partner, Partner.Source source, Routes routes) {
        this.partner = partner;
        this.source = source;
        this.webhook = source.webhook();
        this.routes = routes;
    }

    void addTo(Prose page) {
        List<Secret> secrets = webhook.secrets().stream()
                .filter(secret -> source.settings().containsKey(secret.setting())).toList();
        String address = "/webhooks/" + partner.slug();
        page.heading(3, Prose.text("Webhook"));
        if (secrets.stream().anyMatch(secret -> secret.in().where() == Where.PATH)) {
            page.paragraph(Prose.code(address + "/<source>/<secret>"));
        } else {
            page.paragraph(Prose.code(address), Prose.text(", of a source with another name "),
                    Prose.code(address + "/<source>"));
        }
        switch (webhook.format()) {
            case JSON -> fact(Prose.text("The body is JSON."));
            case NDJSON -> fact(Prose.text("The body has one JSON object a line."));
            case FORM -> fact(Prose.text(webhook.field().isEmpty() ? "The body is a form."
                    : "The body is a form; its field '" + webhook.field() + "' holds JSON."));
        }
        List<String> signatures = routes.signatures();
        webhook.signature().ifPresent(this::signature);
        signatures.forEach(description -> fact(Prose.text(description)));
        if (webhook.signature().isEmpty() && signatures.isEmpty()) {
            fact(Prose.text(partner.title() + " does not sign its webhooks."));
        }
        secrets.forEach(secret -> fact(Prose.text("If "), setting(secret.setting()), Prose.text(" is set, "
                + shown(secret.in()) + " must be it.")));
        handshake(webhook.handshake());
        if (!webhook.headers().isEmpty()) {
            fact(Prose.text("The mapping sees the headers " + String.join(", ", webhook.headers()) + "."));
        }
        page.bullets(facts);
    }

    private void fact(Node... nodes) {
        facts.add(List.of(nodes));
    }

    private Node setting(String name) {
        return Prose.code(SettingKey.SOURCES_PREFIX + partner.slug() + "." + name);
    }

    private void signature(Signature signature) {
        String algorithm = signature.algorithm().name().replace('_', '-') + " in " + signature.encoding().name().toLowerCase(Locale.ROOT);
        fact(Prose.text("Signed with "), setting(signature.setting()), Prose.text(": " + algorithm + " in "
                + shown(signature.from()) + (signature.prefix().isEmpty() ? "" : ", after '" + signature.prefix() + "'")
                + ", over "), Prose.code(signature.signed()), Prose.text("."));
        if (!signature.key().equals("{secret}")) {
            fact(Prose.text("The key is "), Prose.code(signature.key()), Prose.text("."));
        }
        fact(Prose.text("Without that setting nothing is taken unless the hub listens on loopback only."));
        signature.timestamp().ifPresent(place -> fact(Prose.text("Refused if signed more than " + signature.tolerance()
                + " seconds from now, by " + shown(place) + ".")));
        signature.once().ifPresent(place -> fact(Prose.text("What is in " + shown(place)
                + " must not come again with another body.")));
    }

    private void handshake(Handshake handshake) {
        if (!handshake.echo().isEmpty()) {
            List<Node> nodes = new ArrayList<>(List.of(Prose.text("A GET is answered with its parameter "),
                    Prose.code(handshake.echo())));
            if (!handshake.token().isEmpty()) {
                nodes.addAll(List.of(Prose.text(", if "), Prose.code(handshake.token()), Prose.text(" is the value of "),
                        setting(handshake.setting())));
            }
            nodes.add(Prose.text("."));
            facts.add(nodes);
        }
        if (handshake.get()) {
            fact(Prose.text("GET and HEAD are answered 200."));
        }
        if (!handshake.challenge().isEmpty()) {
            fact(Prose.text("A body with "), Prose.code(handshake.challenge()), Prose.text(" is answered with its value, and is no event."));
        }
    }

    private static String shown(Place place) {
        return switch (place.where()) {
            case HEADER -> "the header " + place.name();
            case BODY -> "the body's " + place.name();
            case BEARER -> "the bearer token";
            case BASIC -> "user:password of basic authentication";
            case PATH -> "the end of the address";
        };
    }
}
