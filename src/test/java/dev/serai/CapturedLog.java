package dev.serai;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What is logged meanwhile, with whole stack traces: by the hub's own classes everything, by others what operators see. */
final class CapturedLog extends AbstractAppender implements AutoCloseable {

    private static final String OWN = "dev.serai";

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext context;
    private final Level before;

    private CapturedLog(LoggerContext context) {
        super("captured", null, PatternLayout.newBuilder().withPattern("%p %c %m%n%ex{full}").build(), false, Property.EMPTY_ARRAY);
        this.context = context;
        this.before = context.getConfiguration().getLoggerConfig(OWN).getLevel();
    }

    static CapturedLog capture() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        CapturedLog log = new CapturedLog(context);
        log.start();
        context.getConfiguration().getRootLogger().addAppender(log, Level.ALL, null);
        context.getConfiguration().getLoggerConfig(OWN).setLevel(Level.ALL);
        context.updateLoggers();
        return log;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(((PatternLayout) getLayout()).toSerializable(event));
    }

    String text() {
        return lines.stream().collect(Collectors.joining());
    }

    void clear() {
        lines.clear();
    }

    @Override
    public void close() {
        context.getConfiguration().getRootLogger().removeAppender(getName());
        context.getConfiguration().getLoggerConfig(OWN).setLevel(before);
        context.updateLoggers();
        stop();
    }
}
