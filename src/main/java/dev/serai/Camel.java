package dev.serai;

import dev.serai.partner.Settings;
import org.apache.camel.CamelContext;

/** The Camel context that the hub's routes run in: the hub's own, or one that was started by somebody else. */
interface Camel extends AutoCloseable {

    /** Binds a bean; before the start and after. */
    void bind(String name, Object bean);

    /** Makes the context ready for routes. */
    void start(Settings settings);

    /** The context, once started. */
    CamelContext context();

    @Override
    void close();
}
