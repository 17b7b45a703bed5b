package dev.serai.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.eclipse.jetty.client.Request;

/**
 * Keeps the refresh token of an account whose org rotates them: each login ends the token it was made with and answers
 * another. camel-salesforce drops that one, and its second login fails. So this listens to its logins, gives it the new
 * token, and hands it to whoever keeps it over a restart.
 *
 * <p>Hazard: between the answer and the keeping of the token a crash loses it; a person must then log in again.
 */
public final class RefreshTokens {

    private static final String LOGIN = "/services/oauth2/token";
    private static final int OK = 200;

    private RefreshTokens() {
    }

    /**
     * @param component started, but not yet logged in ({@code lazyLogin})
     * @param keep      called with each new token, on the thread of an answer: must not block for long
     */
    public static void keep(SalesforceComponent component, Consumer<String> keep) {
        component.getHttpClient().getRequestListeners().addBeginListener(request -> {
            if (request.getURI().getPath().endsWith(LOGIN)) {
                listen(request, token -> {
                    component.getLoginConfig().setRefreshToken(token);
                    keep.accept(token);
                });
            }
        });
    }

    private static void listen(Request login, Consumer<String> keep) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        login.onResponseContent((response, content) -> {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            body.writeBytes(bytes);
        });
        login.onResponseSuccess(response -> {
            if (response.getStatus() == OK) {
                read(body.toByteArray(), keep);
            }
        });
    }

    private static void read(byte[] body, Consumer<String> keep) {
        try {
            JsonNode token = Json.MAPPER.readTree(body).path("refresh_token");
            if (token.isTextual()) {
                keep.accept(token.textValue());
            }
        } catch (IOException e) {
            // camel-salesforce reads the same bytes, and reports it to whoever made the call
            return;
        }
    }
}
