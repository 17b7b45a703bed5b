package dev.serai.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the value of a key tells, by the words of the key and of the keys around it. What belongs to a thing (a product, a
 * campaign) is no person's, whatever it is called: {@code product_id} stays, {@code user_id} does not.
 */
final class PersonalKeys {

    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern SEPARATOR = Pattern.compile("[^\\p{L}\\p{N}]+");

    private static final Set<String> PEOPLE = words("user customer contact person people profile owner author requester assignee "
            + "submitter agent recipient sender member lead employee visitor subscriber patient guest attendee participant spouse "
            + "passenger driver student teacher actor creator billing shipping buyer seller client payer payee");
    /** Words that say who by themselves, where others also say how much or what. */
    private static final Set<String> WHO = words("user customer contact person owner author requester assignee submitter recipient "
            + "sender member employee visitor subscriber patient guest attendee buyer seller payer payee");
    private static final Set<String> ABOUT_PEOPLE = words("traits address device details attributes");
    private static final Set<String> COMPANIES = words("company organization organisation employer business");
    private static final Set<String> THINGS = words("product sku variant variation campaign template category plan price coupon "
            + "promotion brand ad adset newsletter broadcast action step canvas workflow app application library content experiment "
            + "survey form page screen item offer list segment audience journey flow layout tag field os network locale currency "
            + "collection store department");
    private static final Set<String> GOODS = words("product products item items lineitem lineitems variant variants");
    /** A last word that says something about a value, and not the value. */
    private static final Set<String> FACTS = words("type status subscribe subscribed subscription verified consent opt count at time "
            + "timestamp timezone format currency version kind event encoding enabled allowed valid source scheme");

    private static final Set<String> PHONES = words("phone telephone tel mobile cell cellphone fax msisdn whatsapp phonenumber");
    private static final Set<String> NAME_PARTS = words("first last full given family middle display legal maiden nick user screen "
            + "cardholder holder account from to");
    /** What things are called by. */
    private static final Set<String> TITLES = words("brand name title category vendor model variant sku coupon url image");
    private static final Set<String> NAMES = words("firstname lastname fullname givenname familyname middlename surname nickname "
            + "username displayname contactname customername cardholder legalname maidenname login handle twitter instagram "
            + "linkedin skype forename fname lname");
    private static final Set<String> STREETS = words("street street1 street2 street3 line1 line2 line3 address1 address2 address3 "
            + "housenumber housename apartment streetaddress streetname");
    private static final Set<String> CITIES = words("city town village suburb");
    private static final Set<String> POSTCODES = words("zip zipcode postal postcode postalcode plz");
    private static final Set<String> PICTURES = words("avatar photo picture headshot");
    private static final Set<String> PROSE = words("message body comment comments note notes bio about feedback review transcript "
            + "reply memo question answer remark remarks search query signature");
    private static final Set<String> IDS = words("id ids uid uuid guid gid idfa idfv adid gaid gclid fbclid msclkid ttclid fbp fbc "
            + "userid customerid contactid anonymousid clientid sessionid deviceid advertisingid visitorid memberid personid "
            + "profileid accountid externalid token password passwd secret apikey authorization cookie ssn iban passport vat taxid "
            + "licence license last4 cvc fingerprint");

    private PersonalKeys() {
    }

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }

    static List<String> wordsOf(String key) {
        return Arrays.stream(SEPARATOR.split(CAMEL.matcher(key).replaceAll("_").toLowerCase(Locale.ROOT)))
                .filter(word -> !word.isEmpty()).toList();
    }

    /**
     * @param path         the keys down to the value, the value's own last; places in arrays are left out
     * @param isOfAPerson  whether the object that holds it tells a person's address, number or first name too
     */
    static Optional<Personal> of(List<String> path, boolean isOfAPerson) {
        List<String> words = wordsOf(path.get(path.size() - 1));
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String last = words.get(words.size() - 1);
        String joined = String.join("", words);
        if (FACTS.contains(last)) {
            return Optional.empty();
        }
        if (last.equals("email") || last.equals("mail") || joined.endsWith("emailaddress")) {
            return Optional.of(Personal.EMAIL);
        }
        if (last.equals("ip") || joined.endsWith("ipaddress") || joined.equals("remoteaddr")) {
            return Optional.of(Personal.IP);
        }
        if (PHONES.contains(last) || last.equals("number") && words.stream().anyMatch(PHONES::contains)) {
            return Optional.of(Personal.PHONE);
        }
        if (words.stream().anyMatch(word -> word.equals("birthday") || word.equals("birthdate") || word.equals("birth")
                || word.equals("dob") || word.equals("dateofbirth"))) {
            return Optional.of(Personal.BIRTHDAY);
        }
        if (isName(path, words, last, joined, isOfAPerson)) {
            return Optional.of(Personal.NAME);
        }
        return ofPlace(words, last, joined).or(() -> isOfThing(path, isOfAPerson) ? Optional.empty()
                : ofWhom(path, words, last, joined));
    }

    private static Optional<Personal> ofPlace(List<String> words, String last, String joined) {
        if (STREETS.contains(joined) || last.equals("street") || last.equals("address") && !words.contains("mac")) {
            return Optional.of(Personal.STREET);
        }
        if (CITIES.contains(last)) {
            return Optional.of(Personal.CITY);
        }
        if (POSTCODES.contains(last) || joined.endsWith("postalcode") || joined.endsWith("zipcode")) {
            return Optional.of(Personal.POSTCODE);
        }
        if (Set.of("lat", "lng", "lon", "latitude", "longitude").contains(last)) {
            return Optional.of(Personal.COORDINATE);
        }
        return PROSE.contains(last) ? Optional.of(Personal.PROSE) : Optional.empty();
    }

    private static Optional<Personal> ofWhom(List<String> path, List<String> words, String last, String joined) {
        if (COMPANIES.contains(joined) || last.equals("name")
                && (words.stream().anyMatch(COMPANIES::contains) || COMPANIES.contains(singular(parent(path))))) {
            return Optional.of(Personal.COMPANY);
        }
        if (words.stream().anyMatch(PICTURES::contains)) {
            return Optional.of(Personal.PICTURE);
        }
        return IDS.contains(last) || IDS.contains(joined) || joined.endsWith("apikey") ? Optional.of(Personal.ID) : Optional.empty();
    }

    private static boolean isName(List<String> path, List<String> words, String last, String joined, boolean isOfAPerson) {
        if (NAMES.contains(joined) || NAMES.contains(last)) {
            return true;
        }
        if (!last.equals("name")) {
            return false;
        }
        if (words.size() > 1) {
            return words.stream().anyMatch(word -> PEOPLE.contains(word) || NAME_PARTS.contains(word));
        }
        return isOfAPerson || !isOfThing(path, false) && wordsOf(parent(path)).stream().map(PersonalKeys::singular)
                .anyMatch(word -> PEOPLE.contains(word) || ABOUT_PEOPLE.contains(word));
    }

    /** Whether a key says only who it is, such as {@code customer} or {@code author}. */
    static boolean isPerson(String key) {
        List<String> words = wordsOf(key);
        return !words.isEmpty() && WHO.contains(words.get(words.size() - 1));
    }

    /** Whether the value belongs to a thing, so that only what looks like a person's by itself is. */
    static boolean isOfThing(List<String> path, boolean isOfAPerson) {
        List<String> words = wordsOf(path.get(path.size() - 1));
        if (isOfAPerson || words.stream().anyMatch(WHO::contains)) {
            return false;
        }
        return words.stream().map(PersonalKeys::singular).anyMatch(THINGS::contains)
                || wordsOf(parent(path)).stream().map(PersonalKeys::singular).anyMatch(THINGS::contains)
                || path.stream().map(key -> String.join("", wordsOf(key))).anyMatch(GOODS::contains);
    }

    /** Whether the value is what a thing is called by: it may be called like somebody. */
    static boolean isTitleOfThing(List<String> path, boolean isOfAPerson) {
        List<String> words = wordsOf(path.get(path.size() - 1));
        return !words.isEmpty() && TITLES.contains(words.get(words.size() - 1)) && isOfThing(path, isOfAPerson);
    }

    private static String parent(List<String> path) {
        return path.size() < 2 ? "" : path.get(path.size() - 2);
    }

    private static String singular(String word) {
        return word.equals("categories") ? "category" : word.equals("companies") ? "company"
                : word.length() > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.equals("traits")
                && !word.equals("details") && !word.equals("address") ? word.substring(0, word.length() - 1) : word;
    }
}
