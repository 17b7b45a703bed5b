package dev.serai.delivery;

import dev.serai.partner.Partner;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code request:<partner>?request=&response=&signature=}: makes one HTTP request of items of a queue
 * and answers for each what became of it. An endpoint and not a bean, so that a mapping that does not compile stops
 * its partner's routes when they are loaded, not at the first event.
 */
@Component("request")
public final class RequestComponent extends DefaultComponent {

    private VertxTransport ownTransport;
    private AccessTokens ownTokens;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        Partner partner = Registry.partner(getCamelContext(), remaining);
        return new RequestEndpoint(uri, this, partner,
                Registry.program(partner, getAndRemoveParameter(parameters, "request", String.class, "")),
                new ResponseRules(Registry.program(partner, getAndRemoveParameter(parameters, "response", String.class, ""))),
                RequestEndpoint.Signature.of(getAndRemoveParameter(parameters, "signature", String.class, "")));
    }

    /** The registry's transport if it has one, else the one of this component. */
    synchronized Transport transport() {
        Transport given = getCamelContext().getRegistry().findSingleByType(Transport.class);
        if (given != null) {
            return given;
        }
        if (ownTransport == null) {
            ownTransport = new VertxTransport(Registry.need(getCamelContext(), Vertx.class),
                    new HostResolver(InetAddress::getAllByName));
        }
        return ownTransport;
    }

    /** The registry's if it has some, else those that this component asks for. */
    synchronized AccessTokens tokens() {
        AccessTokens given = getCamelContext().getRegistry().findSingleByType(AccessTokens.class);
        if (given != null) {
            return given;
        }
        if (ownTokens == null) {
            ownTokens = new RefreshedTokens(transport(), clock());
        }
        return ownTokens;
    }

    InstantSource clock() {
        return Registry.clock(getCamelContext());
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        synchronized (this) {
            if (ownTransport != null) {
                ownTransport.close();
                ownTransport = null;
            }
        }
    }
}
