package dev.serai.sync;

import dev.serai.partner.Collection;
import dev.serai.partner.Sources.ConfiguredSource;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/**
 * Asks its route for one page at a time: the route gets headers that say what is wanted, and leaves the partner's answer
 * as body. A status that is no success, whether in header {@code CamelHttpResponseCode} or in an exception of the
 * component, becomes a {@link SyncFault}.
 */
final class SyncConsumer extends DefaultConsumer implements PageSource {

    /** Property of the exchange: the source's settings by name. */
    static final String SETTINGS = "settings";

    private static final int TOLD_BYTES = 2_000;
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Null where routes only run with samples. */
    private final Syncs syncs;

    SyncConsumer(SyncEndpoint endpoint, Processor processor, Syncs syncs) {
        super(endpoint, processor);
        this.syncs = syncs;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (syncs != null) {
            syncs.serve(((SyncEndpoint) getEndpoint()).getPartner(), this);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (syncs != null) {
            syncs.serveNoMore(((SyncEndpoint) getEndpoint()).getPartner());
        }
        super.doStop();
    }

    @Override
    public Answer fetch(ConfiguredSource source, Collection collection, Ask ask) throws SyncFault {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(SETTINGS, source.settings());
        exchange.setProperty(PushedObjects.SOURCE, source);
        Message in = exchange.getIn();
        in.setHeader("source", source.name());
        in.setHeader("collection", collection.name());
        in.setHeader("endpoint", collection.endpoint());
        in.setHeader("kind", ask.kind());
        in.setHeader("path", ask.path());
        in.setHeader("query", ask.encodedQuery());
        ask.headers().forEach(in::setHeader);
        try {
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            return answer(exchange.getMessage(), ask);
        } catch (SyncFault fault) {
            throw fault;
        } catch (Exception e) {
            throw Faults.of(e, Instant.now(), ask.resumes());
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static Answer answer(Message message, Ask ask) throws SyncFault {
        Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(message.getHeaders());
        Instant date = date(headers.get("Date"));
        byte[] body = message.getBody(byte[].class);
        if (body == null) {
            body = new byte[0];
        }
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status != null && (status < 200 || status >= 300)) {
            String text = new String(body, 0, Math.min(body.length, TOLD_BYTES), StandardCharsets.UTF_8);
            Object after = headers.get("Retry-After");
            throw Faults.ofStatus(status, text, after == null ? null : after.toString(), date, ask.resumes());
        }
        if (body.length > MAX_BYTES) {
            throw new SyncFault(SyncFault.Kind.REFUSED, "a page has " + body.length + " bytes, the limit is " + MAX_BYTES
                    + "; make the page smaller");
        }
        return new Answer(body, date, headers);
    }

    private static Instant date(Object header) {
        try {
            return header == null ? Instant.now()
                    : ZonedDateTime.parse(header.toString(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                            .toInstant();
        } catch (DateTimeException e) {
            return Instant.now();
        }
    }
}
