package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.salesforce.SalesforceFake;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A partner that takes a request, says nothing for two seconds and hangs up; each is asked in a way of its own. */
@Timeout(120)
class HangingPartnerTest {

    private static final int PEOPLE = 20;

    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private final Population population = new Population(7);

    @Test
    void stripeIsAskedAgain() throws Exception {
        StripeFake stripe = new StripeFake(population, clock, faults, PEOPLE);

        askedAgain(stripe, "/v1/customers", "customers", stripe.current("customers").size());

        assertThat(stripe.requests("/v1/customers")).as("answers of the fake, without the one that hung").isEqualTo(1);
    }

    @Test
    void zendeskIsAskedAgain() throws Exception {
        ZendeskFake zendesk = new ZendeskFake(population, clock, faults, PEOPLE);

        askedAgain(zendesk, "/api/v2/groups", "groups", zendesk.current("groups").size());
    }

    @Test
    void salesforceIsAskedAgain() throws Exception {
        SalesforceFake salesforce = new SalesforceFake(population, clock, faults, PEOPLE);

        askedAgain(salesforce, "/services/data", "contacts", salesforce.current("Contact").size());
    }

    @Test
    void salesforcesLoginIsAskedAgain() throws Exception {
        SalesforceFake salesforce = new SalesforceFake(population, clock, faults, PEOPLE);

        askedAgain(salesforce, "/services/oauth2/token", "contacts", salesforce.current("Contact").size());
    }

    private void askedAgain(Fake fake, String path, String collection, int there) throws Exception {
        // Given
        faults.add(new Fault(fake.partner(), path, Fault.Kind.HANG, 1, Duration.ofSeconds(2)));

        // When
        try (Syncing syncing = Syncing.of(fake, clock, faults, Map.of("collections", collection))) {
            syncing.sync(collection);

            // Then
            assertThat(faults.all()).as("faults that did not strike").isEmpty();
            assertThat(syncing.objects(collection)).isNotEmpty().hasSize(there);
            assertThat(syncing.status(collection).path("failures").asInt()).isZero();
            assertThat(syncing.status(collection).path("message").isNull()).isTrue();
            assertThat(syncing.fault()).isEmpty();
        }
    }
}
