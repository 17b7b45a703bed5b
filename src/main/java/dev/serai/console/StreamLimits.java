package dev.serai.console;

import java.time.Duration;

/**
 * What the live stream may cost, whatever the hub's throughput.
 *
 * @param perSecond     events read from Kafka in a second, over all clients; also how far behind it may fall before it
 *                      skips to the newest
 * @param burst         events read at once after a quiet time, so that a small batch is shown whole
 * @param listeners     clients at a time; further ones answer 429
 * @param listenerBytes what may wait for one client, give or take one event; more is left out and counted
 * @param heartbeat     how often an idle stream says that it is alive; proxies cut what says nothing
 */
record StreamLimits(int perSecond, int burst, int listeners, long listenerBytes, Duration heartbeat) {

    static final StreamLimits DEFAULT = new StreamLimits(200, 500, 20, 256 * 1024, Duration.ofSeconds(15));
}
