package dev.serai.kafka;

import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Notes in which step of one file a route failed, as {@code file:line}, and where it chose a destination. Camel knows the step only while it runs, so each
 * is wrapped; those of other files are left as they are, since every step more costs every event.
 */
public final class StepPlaces implements InterceptStrategy {

    private static final String PROPERTY = "serai.failure-place";

    private final String file;
    private final boolean choices;

    /**
     * @param file    as Camel's locations end with it
     * @param choices whether choices are noted too, which costs each event
     */
    public StepPlaces(String file, boolean choices) {
        this.file = file;
        this.choices = choices;
    }

    /** Where this exchange failed, if it was in the file. */
    public static Optional<String> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, String.class));
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target,
                                                 Processor next) {
        String location = definition.getLocation();
        if (location == null || !location.endsWith(file)) {
            return target;
        }
        String place = file + ":" + definition.getLineNumber();
        return new DelegateAsyncProcessor(AsyncProcessorConverterHelper.convert(target)) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return super.process(exchange, doneSync -> {
                    // the innermost step comes first
                    if (exchange.getException() != null && exchange.getProperty(PROPERTY) == null) {
                        exchange.setProperty(PROPERTY, place);
                    }
                    if (choices) {
                        Outbox.of(exchange).choseAt(place);
                    }
                    callback.done(doneSync);
                });
            }
        };
    }
}
