package dev.serai.sandbox.salesforce;

/**
 * Salesforce's ids: 15 characters in which the case counts, and three more that say the case of the others, for those who
 * compare without it.
 */
final class SalesforceId {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private static final int SHORT = 15;
    private static final int BLOCK = 5;

    private SalesforceId() {
    }

    /** The 18 characters of the nth id with this prefix; later ones are greater. */
    static String of(String keyPrefix, long number) {
        char[] id = (keyPrefix + "5g0000000000").toCharArray();
        long rest = number;
        for (int at = SHORT - 1; at >= SHORT - 6; at--) {
            id[at] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return full(new String(id));
    }

    /** The 18 characters for 15; others as they are. */
    static String full(String id) {
        if (id.length() != SHORT) {
            return id;
        }
        StringBuilder full = new StringBuilder(id);
        for (int block = 0; block < SHORT; block += BLOCK) {
            int bits = 0;
            for (int at = 0; at < BLOCK; at++) {
                char c = id.charAt(block + at);
                bits |= c >= 'A' && c <= 'Z' ? 1 << at : 0;
            }
            full.append(CHECK.charAt(bits));
        }
        return full.toString();
    }
}
