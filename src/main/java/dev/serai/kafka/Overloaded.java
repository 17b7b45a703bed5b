package dev.serai.kafka;

/** More is on its way to Kafka than memory is set aside for; the sender should try again shortly. */
public final class Overloaded extends RuntimeException {

    Overloaded(long bytesInFlight) {
        super("too much is waiting for Kafka (" + bytesInFlight + " bytes); try again in a second", null, false, false);
    }
}
