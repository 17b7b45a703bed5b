package dev.serai.sandbox.zendesk;

import dev.serai.sandbox.SandboxAnswer;
import java.time.Clock;
import java.util.Optional;

/**
 * Requests per minute, by the sandbox's clock: one allowance for the incremental exports, one for all else. A minute
 * begins with the first request after the last one was over. The exports do not count on the account's allowance.
 */
final class ZendeskLimits {

    private static final int MINUTE = 60;

    private final Clock clock;
    private final Allowance account;
    private final Allowance exports;

    ZendeskLimits(Clock clock, int perMinute, int exportsPerMinute) {
        this.clock = clock;
        this.account = new Allowance(perMinute);
        this.exports = new Allowance(exportsPerMinute);
    }

    private static final class Allowance {
        private final int perMinute;
        private long begin = Long.MIN_VALUE;
        private int used;

        Allowance(int perMinute) {
            this.perMinute = perMinute;
        }

        /** @return seconds to wait; 0 if the request is allowed and now counted */
        long take(long now) {
            if (now < begin || now >= begin + MINUTE || begin == Long.MIN_VALUE) {
                begin = now;
                used = 0;
            }
            if (used < perMinute) {
                used++;
                return 0;
            }
            return begin + MINUTE - now;
        }

        int left() {
            return perMinute - used;
        }
    }

    synchronized Optional<SandboxAnswer> refusal(boolean export) {
        long wait = (export ? exports : account).take(clock.instant().getEpochSecond());
        if (wait == 0) {
            return Optional.empty();
        }
        return Optional.of(tooMany(export).with("Retry-After", Long.toString(wait)));
    }

    static SandboxAnswer tooMany(boolean export) {
        return ZendeskErrors.error(429, "APIRateLimitExceeded", "Number of allowed " + (export ? "incremental export " : "")
                + "API requests per minute exceeded");
    }

    /** With the headers that say how much is left. */
    synchronized SandboxAnswer counted(SandboxAnswer answer, boolean export, boolean list) {
        Allowance allowance = export ? exports : account;
        String limit = Integer.toString(allowance.perMinute);
        String left = Integer.toString(allowance.left());
        SandboxAnswer counted = answer.with("X-Rate-Limit", limit).with("X-Rate-Limit-Remaining", left);
        if (!list) {
            return counted;
        }
        long reset = Math.max(0, allowance.begin + MINUTE - clock.instant().getEpochSecond());
        return counted.with("ratelimit-limit", limit).with("ratelimit-remaining", left)
                .with("ratelimit-reset", Long.toString(reset));
    }
}
