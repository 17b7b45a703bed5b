package dev.serai.sandbox.salesforce;

import static dev.serai.sandbox.salesforce.CamelSalesforce.clientCredentials;
import static dev.serai.sandbox.salesforce.CamelSalesforce.failure;
import static dev.serai.sandbox.salesforce.CamelSalesforce.json;
import static dev.serai.sandbox.salesforce.CamelSalesforce.refreshToken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.salesforce.RefreshTokens;
import dev.serai.sandbox.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceLoginConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How camel-salesforce logs in, and what happens when it cannot. */
class CamelSalesforceLoginTest {

    private static final String COUNT = "SELECT Id FROM Contact LIMIT 1";

    private final CamelSalesforce salesforce = new CamelSalesforce(10);

    @AfterEach
    void stop() {
        salesforce.close();
    }

    @Test
    void startsWithoutALoginAndLogsInWithTheFirstCall() {
        salesforce.account("salesforce", clientCredentials(Logins.CLIENT_SECRET));
        salesforce.start();
        assertThat(salesforce.fake.logins().count()).isZero();

        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
        assertThat(salesforce.fake.logins().count()).isEqualTo(1);
    }

    @Test
    void logsInWithARefreshTokenForAsLongAsItHolds() {
        salesforce.account("salesforce", refreshToken(Logins.FIRST_REFRESH_TOKEN));
        salesforce.start();

        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
        salesforce.fake.logins().expireSessions();
        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
    }

    @Test
    void forgetsTheNewTokenWhenRefreshTokensRotate() {
        SalesforceLoginConfig login = refreshToken(Logins.FIRST_REFRESH_TOKEN);
        salesforce.account("salesforce", login);
        salesforce.fake.logins().rotateRefreshTokens(true);
        salesforce.start();
        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
        salesforce.fake.logins().expireSessions();

        Exchange answer = salesforce.query(COUNT);

        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("invalid_grant");
        assertThat(login.getRefreshToken()).isEqualTo(Logins.FIRST_REFRESH_TOKEN);
    }

    @Test
    void keepsTheNewTokenWhenItIsListenedTo() {
        SalesforceComponent component = salesforce.account("salesforce", refreshToken(Logins.FIRST_REFRESH_TOKEN));
        salesforce.fake.logins().rotateRefreshTokens(true);
        salesforce.start();
        List<String> kept = new CopyOnWriteArrayList<>();
        RefreshTokens.keep(component, kept::add);

        for (int session = 0; session < 3; session++) {
            assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
            salesforce.fake.logins().expireSessions();
        }

        assertThat(kept).containsExactly("sandbox-refresh-2", "sandbox-refresh-3", "sandbox-refresh-4");
        assertThat(salesforce.fake.logins().refreshTokens()).containsExactly("sandbox-refresh-4");
    }

    @Test
    void reportsWrongCredentials() {
        salesforce.account("salesforce", clientCredentials("wrong"));
        salesforce.start();

        Exchange answer = salesforce.query(COUNT);

        // a login before the first call is made on the caller's thread, hence the wrapping
        assertThat(answer.getException()).isInstanceOf(RuntimeCamelException.class);
        assertThat(failure(answer).getStatusCode()).isEqualTo(400);
        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("invalid_client");
    }

    @Test
    void logsInWithTheNextCallIfTheFirstLoginFailed() {
        salesforce.account("salesforce", clientCredentials(Logins.CLIENT_SECRET));
        salesforce.start();
        salesforce.faults.add(Fault.of("salesforce", "/services/oauth2", Fault.Kind.SERVER_ERROR, 1));

        assertThat(failure(salesforce.query(COUNT)).getStatusCode()).isEqualTo(503);
        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
    }

    @Test
    void reportsARevokedClientAndGoesOnWhenItIsBack() {
        salesforce.account("salesforce", clientCredentials(Logins.CLIENT_SECRET));
        salesforce.start();
        salesforce.query(COUNT);
        salesforce.fake.logins().revokeClient();

        Exchange answer = salesforce.query(COUNT);

        assertThat(failure(answer).getStatusCode()).isEqualTo(400);
        assertThat(failure(answer).getErrors().get(0).getErrorCode()).isEqualTo("invalid_grant");
        salesforce.fake.logins().restoreClient();
        assertThat(json(salesforce.query(COUNT)).path("totalSize").asInt()).isEqualTo(1);
    }

    @Test
    void keepsTwoAccountsApart() {
        salesforce.account("salesforce-crm", clientCredentials(Logins.CLIENT_SECRET));
        salesforce.account("salesforce-old", clientCredentials("wrong"));
        salesforce.start();

        assertThat(json(salesforce.call("salesforce-crm:query", COUNT, Map.of())).path("totalSize").asInt()).isEqualTo(1);
        assertThat(failure(salesforce.call("salesforce-old:query", COUNT, Map.of()))).isNotNull();
    }
}
