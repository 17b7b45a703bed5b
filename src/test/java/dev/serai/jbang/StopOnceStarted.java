package dev.serai.jbang;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;

/** Notes the routes that a run of {@link FolderRuns} has started, and ends it. Does nothing elsewhere. */
public final class StopOnceStarted implements ContextServicePlugin {

    private static volatile List<String> started;

    static void forget() {
        started = List.of();
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
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext of) {
                started = of.getRoutes().stream().filter(route -> !route.isCreatedByKamelet())
                        .map(Route::getRouteId).filter(id -> of.getRouteController().getRouteStatus(id).isStarted())
                        .sorted().toList();
                new Thread(of::stop, "stop-once-started").start();
            }
        });
    }
}
