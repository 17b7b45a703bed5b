package dev.serai.delivery;

/** The host stands for an address inside the network, where a request of a user's making has no business. */
final class AddressRefused extends RuntimeException {

    AddressRefused(String host) {
        super("'" + host + "' is not an address of the public internet; if it is yours to reach, set "
                + "allowPrivateAddresses=true", null, false, false);
    }
}
