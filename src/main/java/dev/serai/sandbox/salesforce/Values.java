package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.sandbox.Population;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Values for fields about which nothing better is known than their type. */
final class Values {

    private static final List<String> WORDS = List.of("renewal", "north", "pilot", "winter", "quarterly", "partner", "basic",
            "urgent", "follow-up", "Überblick", "review", "handover");
    private static final Instant FROM = Instant.parse("2024-01-01T00:00:00Z");
    private static final int DAYS = 730;

    private final Population population;

    Values(Population population) {
        this.population = population;
    }

    /** @return null for types whose values depend on others: ids, compounds, contents */
    JsonNode of(Field field, Random random) {
        return switch (field.type()) {
            case STRING, COMBOBOX, ANYTYPE -> text(cut(words(field, random), field));
            case TEXTAREA -> text(cut(field.isLongText() ? essay(random) : words(field, random), field));
            case ENCRYPTEDSTRING -> text("***********" + (1000 + random.nextInt(9000)));
            case PHONE -> text(population.person(random.nextInt(1000)).phone());
            case EMAIL -> text(cut(population.person(random.nextInt(1000)).email(), field));
            case URL -> text("https://" + population.company(random.nextInt(200)).domain() + "/");
            case PICKLIST -> text(pick(field.picklist(), random));
            case MULTIPICKLIST -> text(String.join(";", field.picklist().subList(0, 1
                    + random.nextInt(field.picklist().size()))));
            case BOOLEAN -> BooleanNode.valueOf(random.nextInt(4) == 0);
            case INT -> IntNode.valueOf(random.nextInt((int) Math.pow(10, Math.min(field.precision(), 4))));
            case LONG -> LongNode.valueOf(4_000_000_000L + random.nextInt(1_000_000));
            case DOUBLE, CURRENCY, PERCENT -> number(field, random);
            case DATE -> text(date(random).toString());
            case DATETIME -> text(Stamps.text(FROM.plusSeconds(random.nextInt((int) TimeUnit.DAYS.toSeconds(DAYS)))));
            case TIME -> text(String.format("%02d:%02d:00.000Z", random.nextInt(24), random.nextInt(60)));
            case ID, REFERENCE, ADDRESS, LOCATION, BASE64 -> null;
        };
    }

    static LocalDate date(Random random) {
        return LocalDate.ofInstant(FROM, ZoneOffset.UTC).plusDays(random.nextInt(DAYS));
    }

    static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    private static JsonNode number(Field field, Random random) {
        if (field.name().contains("Latitude") || field.name().contains("Longitude")) {
            return DecimalNode.valueOf(new BigDecimal(random.nextInt(80_000_000)).movePointLeft(6));
        }
        int digits = Math.min(6, field.precision());
        BigDecimal value = new BigDecimal(random.nextInt((int) Math.pow(10, digits))).movePointLeft(Math.min(field.scale(), 2));
        // as Salesforce writes them: always with a point, and without zeros behind the first
        BigDecimal plain = value.stripTrailingZeros();
        return DecimalNode.valueOf(plain.scale() < 1 ? plain.setScale(1) : plain);
    }

    private static String words(Field field, Random random) {
        if (field.name().endsWith("Id")) {
            return SalesforceId.of("00l", 1 + random.nextInt(20));
        }
        return pick(WORDS, random) + " " + pick(WORDS, random) + " " + random.nextInt(100);
    }

    /** All that a comma-separated file must quote. */
    private static String essay(Random random) {
        return "Spoke about the \"" + pick(WORDS, random) + "\" plan, next step: " + pick(WORDS, random) + ".\n\n- "
                + pick(WORDS, random)
                + "\n- 100 % naïve ✓, " + random.nextInt(100);
    }

    private static String cut(String text, Field field) {
        return field.length() > 0 && text.length() > field.length() ? text.substring(0, field.length()).trim() : text;
    }

    private static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }
}
