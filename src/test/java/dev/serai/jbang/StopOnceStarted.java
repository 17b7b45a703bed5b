package dev.serai.jbang;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.spi.ContextServicePlugin;

/**
 * Notes the routes that a run of {@link FolderRuns} has started, and ends it. Does nothing elsewhere.
 *
 * <p>JBang may be done before its context is stopped: wait for {@link #ended}, or the next run begins beside this one.
 */
public final class StopOnceStarted implements ContextServicePlugin {

    private static volatile List<String> started;
    private static volatile Thread stop;

    static void forget() {
        started = List.of();
        stop = null;
    }

    /** Returns when nothing of the run is left; at once where none was started. */
    static void ended() throws InterruptedException {
        if (stop != null) {
            stop.join();
        }
    }

    /** Those of files; what Kamelets became are left out. */
    static List<String> started() {
        return started;
    }

    @Override
    public void load(CamelContext context) {
        if (started == null) {
            return;
        }
        try {
            context.addStartupListener(new Last());
        } catch (Exception e) {
            throw new IllegalStateException("before the start this is always possible", e);
        }
    }

    /** After the hub, which opens its doors when told the same. */
    private static final class Last implements StartupListener, Ordered {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // routes are started after this
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            started = context.getRoutes().stream().filter(route -> !route.isCreatedByKamelet()).map(Route::getRouteId)
                    .filter(id -> context.getRouteController().getRouteStatus(id).isStarted()).sorted().toList();
            stop = new Thread(context::stop, "stop-once-started");
            stop.start();
        }

        @Override
        public int getOrder() {
            return LOWEST;
        }
    }
}
