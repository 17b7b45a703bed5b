package dev.serai.delivery;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which addresses lie on the public internet (IANA's special-purpose registries). Everything else is refused: this
 * machine, private networks, link-local with the clouds' metadata services, carrier NAT, multicast, documentation.
 * For IPv6 the list is one of what is allowed, because there nearly nothing is.
 */
final class PublicAddresses {

    private static final String[] NOT_PUBLIC_V4 = {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/3",
    };

    private PublicAddresses() {
    }

    static boolean contains(InetAddress address) {
        byte[] b = address.getAddress();
        return address instanceof Inet4Address ? isPublicV4(b) : isPublicV6(b);
    }

    private static boolean isPublicV4(byte[] b) {
        int bits = (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | b[3] & 0xff;
        for (String range : NOT_PUBLIC_V4) {
            int slash = range.indexOf('/');
            int mask = -1 << 32 - Integer.parseInt(range.substring(slash + 1));
            int network = 0;
            for (String part : range.substring(0, slash).split("\\.")) {
                network = network << 8 | Integer.parseInt(part);
            }
            if ((bits & mask) == network) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublicV6(byte[] b) {
        int first = (b[0] & 0xff) << 8 | b[1] & 0xff;
        int second = (b[2] & 0xff) << 8 | b[3] & 0xff;
        boolean global = (first & 0xe000) == 0x2000;
        // Teredo and its like, documentation, and 6to4 with an IPv4 address inside
        boolean special = first == 0x2001 && second < 0x0200 || first == 0x2001 && second == 0x0db8
                || first == 0x2002 || first == 0x3fff && second < 0x1000;
        return global && !special;
    }
}
