package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GoogleFakeTest {

    private static final String INGEST = "/v1/audienceMembers:ingest";
    private static final String REMOVE = "/v1/audienceMembers:remove";
    private static final String FORM = "grant_type=refresh_token&client_id=sandbox-client&client_secret=sandbox-google-secret"
            + "&refresh_token=sandbox-google-refresh";
    private static final String HASH = Destination.HASH;
    private static final String MEMBER = "{'userData':{'userIdentifiers':[{'emailAddress':'" + HASH + "'}]}}";
    private static final String ADDRESS = "{'userData':{'userIdentifiers':[{'address':{'givenName':'" + HASH
            + "','familyName':'" + HASH + "','regionCode':'CH','postalCode':'8001'}}]}}";
    private static final String DESTINATIONS = "'destinations':[{'operatingAccount':{'accountType':'GOOGLE_ADS',"
            + "'accountId':'1234567890'},'productDestinationId':'9876543210'}],";
    private static final String TERMS = ",'termsOfService':{'customerMatchTermsOfServiceStatus':'ACCEPTED'}";

    private final Destination<GoogleFake> google = new Destination<>(GoogleFake::new);

    @BeforeEach
    void login() {
        google.with("Authorization", "Bearer " + google.post("/token", FORM).at("/access_token").asText());
    }

    @AfterEach
    void stop() {
        google.close();
    }

    private static String body(String members) {
        return "{" + DESTINATIONS + "'encoding':'HEX','audienceMembers':" + members + TERMS + "}";
    }

    private Destination.Answer ingest(String members) {
        return google.post(INGEST, body(members));
    }

    private static String reason(Destination.Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
        return answer.at("/error/details/1/fieldViolations/0/reason").asText();
    }

    @Test
    void membersAreIngestedAndRemoved() {
        Destination.Answer answer = ingest("[" + MEMBER + "," + ADDRESS + "]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/requestId").asText()).isNotEmpty();
        assertThat(google.post(REMOVE, body("[" + MEMBER + "]").replace(TERMS, "")).status()).isEqualTo(200);
        assertThat(google.kinds()).containsExactly("ingest", "ingest", "remove");
    }

    @Test
    void aTokenEndsAfterAnHour() {
        google.pass(3599);
        assertThat(ingest("[" + MEMBER + "]").status()).isEqualTo(200);
        google.pass(1);
        Destination.Answer answer = ingest("[" + MEMBER + "]");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(401);
        assertThat(answer.at("/error/status").asText()).isEqualTo("UNAUTHENTICATED");
        login();
        assertThat(ingest("[" + MEMBER + "]").status()).isEqualTo(200);
        google.fake.revokeTokens();
        assertThat(ingest("[" + MEMBER + "]").status()).isEqualTo(401);
    }

    @Test
    void theTokenEndpointHasTheShapesOfOAuth() {
        Destination.Answer token = google.post("/token", FORM);
        assertThat(token.at("/token_type").asText()).isEqualTo("Bearer");
        assertThat(token.at("/expires_in").asInt()).isEqualTo(3599);
        Destination.Answer client = google.post("/token", FORM.replace("sandbox-google-secret", "other"));
        assertThat(client.status()).isEqualTo(401);
        assertThat(client.at("/error").asText()).isEqualTo("invalid_client");
        Destination.Answer grant = google.post("/token", FORM.replace("sandbox-google-refresh", "other"));
        assertThat(grant.status()).isEqualTo(400);
        assertThat(grant.at("/error").asText()).isEqualTo("invalid_grant");
        assertThat(google.post("/token", FORM.replace("refresh_token&", "password&")).at("/error").asText())
                .isEqualTo("unsupported_grant_type");
    }

    @Test
    void oneBadMemberRefusesAllAndIsNamedByPlace() {
        Destination.Answer answer = ingest("[" + MEMBER + "," + MEMBER.replace(HASH, "ada@example.com") + "]");
        assertThat(reason(answer)).isEqualTo("INVALID_HEX_ENCODING");
        assertThat(answer.at("/error/details/1/fieldViolations/0/field").asText())
                .isEqualTo("audience_members.audience_members[1].user_data.user_identifiers");
        assertThat(google.fake.received()).isEmpty();
    }

    @Test
    void whatIsNotTheHashOfSomethingIsRefused() {
        for (String bad : new String[] {"abcd", Hashes.OF_NOTHING, HASH.toUpperCase(Locale.ROOT)}) {
            assertThat(reason(ingest("[" + MEMBER.replace(HASH, bad) + "]"))).isEqualTo("INVALID_SHA256_FORMAT");
        }
    }

    @Test
    void hashesMayBeInBase64IfTheRequestSaysSo() {
        String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(HASH));
        assertThat(google.post(INGEST, body("[" + MEMBER.replace(HASH, base64) + "]").replace("'HEX'", "'BASE64'")).status())
                .isEqualTo(200);
    }

    @Test
    void anAddressNeedsFourFieldsAndACountryOfTwoLetters() {
        assertThat(reason(ingest("[" + ADDRESS.replace(",'postalCode':'8001'", "") + "]"))).isEqualTo("REQUIRED_FIELD_MISSING");
        assertThat(reason(ingest("[" + ADDRESS.replace("'CH'", "'Switzerland'") + "]"))).isEqualTo("INVALID_COUNTRY_CODE");
        assertThat(reason(ingest("[" + ADDRESS.replace("'givenName':'" + HASH, "'givenName':'ada") + "]")))
                .isEqualTo("INVALID_HEX_ENCODING");
    }

    @Test
    void aMemberIsOfOneKindOfData() {
        assertThat(reason(ingest("[{}]"))).isEqualTo("INVALID_AUDIENCE_MEMBER");
        assertThat(reason(ingest("[{'userData':{'userIdentifiers':[]}}]"))).isEqualTo("REQUIRED_FIELD_MISSING");
        assertThat(ingest("[{'userIdData':{'userId':'u'}},{'mobileData':{'mobileIds':['m']}}]").status()).isEqualTo(200);
    }

    @Test
    void hasLimitsOfMembersIdentifiersAndDestinations() {
        String identifier = "{'emailAddress':'" + HASH + "'}";
        assertThat(reason(ingest("[{'userData':{'userIdentifiers':" + Destination.times(11, identifier) + "}}]")))
                .isEqualTo("TOO_MANY_USER_IDENTIFIERS");
        String user = "{'userIdData':{'userId':'u#'}}";
        assertThat(reason(ingest(Destination.times(10_001, user)))).isEqualTo("TOO_MANY_AUDIENCE_MEMBERS");
        assertThat(ingest(Destination.times(10_000, user)).status()).isEqualTo(200);
        String many = body("[" + MEMBER + "]").replaceFirst("\\[\\{'operating.*?\\}\\]", Destination.times(11, "{}"));
        assertThat(reason(google.post(INGEST, many))).isEqualTo("TOO_MANY_DESTINATIONS");
    }

    @Test
    void ingestNeedsTermsAndRemoveKnowsNone() {
        Destination.Answer answer = google.post(INGEST, body("[" + MEMBER + "]").replace(TERMS, ""));
        assertThat(reason(answer)).isEqualTo("REQUIRED_FIELD_MISSING");
        assertThat(answer.at("/error/details/1/fieldViolations/0/field").asText()).startsWith("terms_of_service");
        assertThat(google.post(REMOVE, body("[" + MEMBER + "]")).at("/error/message").asText()).contains("Unknown name");
        assertThat(reason(google.post(INGEST, body("[" + MEMBER + "]").replace("'encoding':'HEX',", ""))))
                .isEqualTo("REQUIRED_FIELD_MISSING");
        assertThat(reason(google.post(INGEST, body("[" + MEMBER + "]").replace("1234567890", "123-456-7890"))))
                .isEqualTo("INVALID_DESTINATION");
    }

    @Test
    void whatIsOnlyValidatedIsNotTaken() {
        assertThat(google.post(INGEST, body("[" + MEMBER + "]").replace(TERMS, TERMS + ",'validateOnly':true")).status())
                .isEqualTo(200);
        assertThat(google.fake.received()).isEmpty();
    }

    @Test
    void takes300RequestsInAMinute() {
        for (int i = 0; i < 300; i++) {
            assertThat(ingest("[" + MEMBER + "]").status()).isEqualTo(200);
        }
        Destination.Answer answer = ingest("[" + MEMBER + "]");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.at("/error/status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
        google.pass(60);
        assertThat(ingest("[" + MEMBER + "]").status()).isEqualTo(200);
    }

    @Test
    void faultsHaveGooglesShape() {
        google.strike(Fault.Kind.FORBIDDEN);
        assertThat(ingest("[]").at("/error/status").asText()).isEqualTo("PERMISSION_DENIED");
        google.strike(Fault.Kind.SERVER_ERROR);
        assertThat(ingest("[]").at("/error/status").asText()).isEqualTo("UNAVAILABLE");
        google.faults.add(Fault.of("google", "/token", Fault.Kind.UNAUTHORIZED, 1));
        assertThat(google.post("/token", FORM).at("/error").asText()).isEqualTo("invalid_grant");
        google.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(reason(ingest("[" + MEMBER + "]"))).isEqualTo("INVALID_AUDIENCE_MEMBER");
    }
}
