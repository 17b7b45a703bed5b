package dev.serai.sandbox.stripe;

import java.util.Locale;
import java.util.Random;

/** Ids that look like Stripe's and say nothing of order: a prefix and letters of chance, the same for the same seed. */
final class Ids {

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final Random random;

    Ids(Random random) {
        this.random = random;
    }

    String next(ObjectType type) {
        return switch (type) {
            case COUPON -> letters(8).toUpperCase(Locale.ROOT);
            case CUSTOMER, PRODUCT, SUBSCRIPTION_ITEM -> type.prefix + letters(14);
            case ACCOUNT -> type.prefix + letters(16);
            default -> type.prefix + "1" + letters(23);
        };
    }

    String letters(int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
