package dev.serai.console;

import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** Who asks: an operator may see and do everything; a viewer changes nothing, and sees nobody's data. */
enum Role {
    OPERATOR, VIEWER;

    private static final String KEY = Role.class.getName();

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    void note(RoutingContext ctx) {
        ctx.put(KEY, this);
    }

    /** As it was noted; whoever got past {@link ApiAccess} has one. */
    static Role of(RoutingContext ctx) {
        return ctx.get(KEY);
    }
}
