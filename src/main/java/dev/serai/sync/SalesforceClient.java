package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.salesforce.SalesforceHttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * camel-salesforce's HTTP client, which also listens to what its operations do not hand out: the partner's clock, and a
 * refresh token that a login replaces.
 */
final class SalesforceClient extends SalesforceHttpClient {

    private static final String TOKEN_PATH = "/services/oauth2/token";
    private static final int MAX_PAGE_BYTES = 64 * 1024 * 1024;
    private static final int MAX_TOKEN_BYTES = 64 * 1024;
    private static final long TIMEOUT_MILLIS = 60_000;

    private final Consumer<String> refreshTokens;
    private volatile String date;

    /** @param refreshTokens told each token that comes with a login */
    SalesforceClient(CamelContext context, ExecutorService threads, Consumer<String> refreshTokens) {
        super(context, threads, new SslContextFactory.Client());
        this.refreshTokens = refreshTokens;
        setTimeout(TIMEOUT_MILLIS);
        setMaxContentLength(MAX_PAGE_BYTES);
        setConnectTimeout(TIMEOUT_MILLIS / 6);
    }

    /** The header Date of the last answer; null before the first. */
    String date() {
        return date;
    }

    @Override
    public HttpRequest newHttpRequest(HttpConversation conversation, URI uri) {
        HttpRequest request = super.newHttpRequest(conversation, uri);
        listen(request, uri);
        return request;
    }

    /** The first login is made so. */
    @Override
    public Request newRequest(URI uri) {
        Request request = super.newRequest(uri);
        listen(request, uri);
        return request;
    }

    private void listen(Request request, URI uri) {
        request.onResponseHeaders(response -> {
            String said = response.getHeaders().get(HttpHeader.DATE);
            date = said == null ? date : said;
        });
        if (uri.getPath() != null && uri.getPath().endsWith(TOKEN_PATH)) {
            Login login = new Login();
            request.onResponseContent(login);
            request.onResponseSuccess(response -> login.ended());
        }
    }

    private final class Login implements Response.ContentListener {

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Override
        public void onContent(Response response, ByteBuffer content) {
            ByteBuffer read = content.slice();
            byte[] bytes = new byte[Math.min(read.remaining(), MAX_TOKEN_BYTES - body.size())];
            read.get(bytes);
            body.writeBytes(bytes);
        }

        private void ended() {
            try {
                JsonNode token = Json.MAPPER.readTree(body.toByteArray()).path("refresh_token");
                if (token.isTextual()) {
                    refreshTokens.accept(token.textValue());
                }
            } catch (IOException e) {
                // the session says what is wrong with the answer
                return;
            }
        }
    }
}
