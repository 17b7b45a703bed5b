package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Zendesk's Support API below {@code /api/v2}: an account with two years of history, its lists and incremental exports,
 * and what can be written to it. What it holds is in {@link #desk}, whose verbs change it as users would; {@link #current}
 * tells what a perfect copy holds. Limits are Zendesk's own, counted by the sandbox's clock, until they are set or lifted.
 */
public final class ZendeskFake implements Fake {

    static final String PARTNER = "zendesk";
    public static final String AGENT = "agent@sandbox.example";
    public static final String TOKEN = "sandbox-token";
    public static final String OAUTH_TOKEN = "sandbox-oauth-token";

    private static final String VERSION = "/api/v2";
    private static final int PER_MINUTE = 700;
    private static final int EXPORTS_PER_MINUTE = 10;
    private static final String BASIC = "Basic " + Base64.getEncoder()
            .encodeToString((AGENT + "/token:" + TOKEN).getBytes(StandardCharsets.UTF_8));

    private final SandboxClock clock;
    private final Desk desk;
    private final Exports exports;
    private final Reads reads;
    private final Writes writes;
    private final Optional<LargeUsers> large;
    private final Set<String> outOfScope = ConcurrentHashMap.newKeySet();
    private volatile Optional<ZendeskLimits> limits;
    private volatile boolean isTokenExpired;

    /** @param users how many people of the population have an account; each has about two tickets */
    public ZendeskFake(Population population, SandboxClock clock, Faults faults, int users) {
        this(clock, faults, Optional.empty());
        new Seed(desk, population, clock.instant()).people(users);
        limits(PER_MINUTE, EXPORTS_PER_MINUTE);
    }

    private ZendeskFake(SandboxClock clock, Faults faults, Optional<LargeUsers> large) {
        this.clock = clock;
        this.desk = new Desk(clock);
        this.large = large;
        this.limits = Optional.empty();
        DataFaults data = new DataFaults(desk, faults);
        this.exports = new Exports(desk, data);
        this.reads = new Reads(desk, new Lists(data));
        this.writes = new Writes(desk);
    }

    /**
     * For benchmarks: only the export of users by cursor, with this many rows that are computed when they are asked for,
     * as cheaply as possible, and no limits.
     */
    public static ZendeskFake largeUsers(SandboxClock clock, Faults faults, int users) {
        return new ZendeskFake(clock, faults, Optional.of(new LargeUsers(clock, users)));
    }

    /** Of a fake made by {@link #largeUsers}: as many of its users are changed now, and come last in the export. */
    public void changeLargeUsers(int count) {
        large.orElseThrow().change(count);
    }

    public void limits(int perMinute, int exportsPerMinute) {
        limits = Optional.of(new ZendeskLimits(clock, perMinute, exportsPerMinute));
    }

    public void withoutLimits() {
        limits = Optional.empty();
    }

    /** Rows of a page of the exports if the client asks for no fewer; 1000 at first, and at most. */
    public void exportPageSize(int rows) {
        exports.pageSize(Math.min(rows, Exports.MOST));
    }

    /** The token has no scope for paths that begin so, as {@code /api/v2/audit_logs}. */
    public void withoutScope(String pathPrefix) {
        outOfScope.add(pathPrefix);
    }

    public void withAllScopes() {
        outOfScope.clear();
    }

    /** Whether the OAuth token is refused from now on. */
    public void expireToken(boolean isExpired) {
        isTokenExpired = isExpired;
    }

    public Desk desk() {
        return desk;
    }

    /** Does one thing by chance: somebody creates, changes, deletes, solves, joins or leaves. */
    public void mutate(Random random) {
        synchronized (desk) {
            new Life(desk, random).happens();
        }
    }

    /** See {@link Truth}: by the names of the tables. */
    public Map<String, ObjectNode> current(String table) {
        return desk.current(table);
    }

    @Override
    public String partner() {
        return PARTNER;
    }

    @Override
    public String credentials() {
        return "user " + AGENT + "/token, password " + TOKEN + "; or bearer token " + OAUTH_TOKEN;
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        Optional<SandboxAnswer> stranger = stranger(request);
        if (stranger.isPresent()) {
            return stranger.get();
        }
        if (!request.path().startsWith(VERSION + "/")) {
            return ZendeskErrors.noSuchEndpoint();
        }
        String path = request.path().substring(VERSION.length()).replaceFirst("(\\.json)?/?$", "");
        boolean isExport = path.contains("/incremental/");
        Optional<ZendeskLimits> counting = limits;
        Optional<SandboxAnswer> tooMany = counting.flatMap(one -> one.refusal(isExport));
        SandboxAnswer answer = tooMany.orElseGet(() -> served(path, isExport, request));
        return counting.isEmpty() ? answer : counting.get().counted(answer, isExport, path.equals("/tickets"));
    }

    private SandboxAnswer served(String path, boolean isExport, SandboxRequest request) {
        if (outOfScope.stream().anyMatch(request.path()::startsWith)) {
            return ZendeskErrors.missingScope();
        }
        String base = "http://" + request.header("host").orElse("localhost") + "/" + PARTNER + VERSION;
        if (large.isPresent()) {
            return path.equals("/incremental/users/cursor") ? large.get().answer(request, base + path + ".json")
                    : ZendeskErrors.noSuchEndpoint();
        }
        synchronized (desk) {
            try {
                if (!request.method().equals("GET")) {
                    return writes.answer(path, request);
                }
                return isExport ? exports.answer(path, request, base) : reads.answer(path, request, base);
            } catch (NoSuchElementException e) {
                return ZendeskErrors.notFound();
            }
        }
    }

    private Optional<SandboxAnswer> stranger(SandboxRequest request) {
        String authorization = request.header("authorization").orElse("");
        if (authorization.equals(BASIC)) {
            return Optional.empty();
        }
        if (!authorization.startsWith("Bearer ")) {
            return Optional.of(ZendeskErrors.notAuthenticated());
        }
        return authorization.equals("Bearer " + OAUTH_TOKEN) && !isTokenExpired ? Optional.empty()
                : Optional.of(ZendeskErrors.invalidToken());
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return switch (fault.kind()) {
            case RATE_LIMIT -> ZendeskLimits.tooMany(fault.pathPrefix().contains("/incremental/"))
                    .with("Retry-After", Long.toString(fault.delay().toSeconds()));
            case RATE_LIMIT_BARE -> ZendeskLimits.tooMany(fault.pathPrefix().contains("/incremental/"));
            case UNAUTHORIZED -> ZendeskErrors.notAuthenticated();
            case FORBIDDEN -> ZendeskErrors.notInPlan();
            case NOT_FOUND -> ZendeskErrors.notFound();
            case EXPIRED_CURSOR -> ZendeskErrors.invalidCursor();
            default -> SandboxAnswer.text(503, "text/html", "<html><body><h1>Service Unavailable</h1></body></html>");
        };
    }
}
