package dev.serai.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * The people and companies that all fakes share: person 7 is the same one at Stripe, Zendesk and Salesforce, with the
 * same e-mail address. Each is computed from the seed and its number, so nothing is kept, however many there are.
 */
public final class Population {

    /** Everybody's first day lies in the three years before this time. */
    private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PEOPLE_PER_COMPANY = 5;

    private static final List<String> FIRST = List.of("Ada", "Björn", "Chiara", "Dmitri", "Elif", "Fatima", "Gustavo",
            "Hana", "Idris", "Jelena", "Kwame", "Lucía", "Mehmet", "Nadia", "Oisín", "Priya", "Quentin", "Rosa", "Sven",
            "Tomoko", "Uma", "Victor", "Wanjiru", "Xin", "Yusuf", "Zofia");
    private static final List<String> LAST = List.of("Adeyemi", "Bauer", "Castro", "Dubois", "Eriksen", "Ferrari",
            "García", "Haddad", "Ivanova", "Jansen", "Kowalski", "Lindqvist", "Moreau", "Nguyen", "O'Brien", "Popescu",
            "Quist", "Rossi", "Sato", "Tanaka", "Ueda", "Varga", "Weber", "Xu", "Yılmaz", "Zhang");
    private static final List<String> TRADE = List.of("Bikes", "Coffee", "Design", "Energy", "Foods", "Gardens", "Health",
            "Labs", "Logistics", "Music", "Optics", "Paper", "Robotics", "Sails", "Textiles", "Travel");
    private static final List<Place> PLACES = List.of(new Place("Berlin", "BE", "10115", "DE"),
            new Place("Lyon", "ARA", "69001", "FR"), new Place("Austin", "TX", "78701", "US"),
            new Place("Osaka", "27", "530-0001", "JP"), new Place("Porto", "13", "4000-001", "PT"),
            new Place("Leeds", "ENG", "LS1 1BA", "GB"), new Place("Toronto", "ON", "M5H 2N2", "CA"));

    private final long seed;

    public Population(long seed) {
        this.seed = seed;
    }

    /** @param country as ISO 3166 writes it in two letters */
    public record Place(String city, String state, String postalCode, String country) { }

    public record Company(int number, String name, String domain, Place place, Instant since) { }

    public record Person(int number, String firstName, String lastName, String email, String phone, Company company,
                         String street, Instant since) {
        public String name() {
            return firstName + " " + lastName;
        }

        /** The id by which the company's own systems know the person, in every partner's external id. */
        public String userId() {
            return "user_" + number;
        }
    }

    /** @param number from 0 on */
    public Person person(int number) {
        Random random = random(number, 1);
        String first = pick(FIRST, random);
        String last = pick(LAST, random);
        Company company = company(number / PEOPLE_PER_COMPANY);
        String email = ascii(first) + "." + ascii(last) + "." + number + "@" + company.domain();
        String phone = String.format("+4930%07d", random.nextInt(10_000_000));
        String street = 1 + random.nextInt(200) + " " + pick(LAST, random) + " Street";
        return new Person(number, first, last, email, phone, company, street, since(random));
    }

    public Company company(int number) {
        Random random = random(number, 2);
        String last = pick(LAST, random);
        String trade = pick(TRADE, random);
        return new Company(number, last + " " + trade + " " + number, ascii(last) + "-" + ascii(trade) + "-" + number
                + ".example", pick(PLACES, random), since(random));
    }

    /** Chance for what belongs to a person or thing of this number; the same whenever it is asked for. */
    public Random random(int number, int salt) {
        long mixed = (seed * 0x9E3779B97F4A7C15L + number) * 0xBF58476D1CE4E5B9L + salt * 0x94D049BB133111EBL;
        return new Random(mixed ^ (mixed >>> 31));
    }

    private static Instant since(Random random) {
        return END.minus(Duration.ofSeconds(random.nextInt((int) Duration.ofDays(3 * 365).toSeconds())));
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    private static String ascii(String name) {
        return java.text.Normalizer.normalize(name, java.text.Normalizer.Form.NFD).replace("ı", "i")
                .replaceAll("[^A-Za-z]", "").toLowerCase(java.util.Locale.ROOT);
    }
}
