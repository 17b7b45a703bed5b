package dev.serai.model;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * ISO 8601 dates and times to microseconds since 1970, UTC, without an object per value. A date alone is its
 * midnight, a time without zone is UTC, digits below the microsecond are cut. Years 0001 to 9999 in UTC: what a
 * warehouse of any make can hold.
 */
public final class IsoTime {

    /** What is returned for a text that is no time. */
    public static final long NONE = Long.MIN_VALUE;

    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
    private static final long SECOND = 1_000_000L;
    private static final long DAY = 86_400L * SECOND;
    private static final long FIRST = LocalDate.of(1, 1, 1).toEpochDay() * DAY;
    private static final long LAST = LocalDate.of(10_000, 1, 1).toEpochDay() * DAY - 1;

    private IsoTime() {
    }

    /** With milliseconds, or microseconds where there are such: {@code 2026-11-25T07:09:45.000Z}. */
    public static String format(long micros) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, SECOND),
                (int) Math.floorMod(micros, SECOND) * 1_000, ZoneOffset.UTC);
        return (Math.floorMod(micros, 1_000L) == 0 ? MILLIS : MICROS).format(time);
    }

    /** True for a moment that {@link #format} can write and every warehouse hold. */
    public static boolean holds(long micros) {
        return micros >= FIRST && micros <= LAST;
    }

    public static long micros(String text) {
        int length = text.length();
        if (length < 10 || length > 40 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return NONE;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
            return NONE;
        }
        long micros;
        try {
            micros = LocalDate.of(year, month, day).toEpochDay() * DAY;
        } catch (DateTimeException e) {
            return NONE;
        }
        long moment = length == 10 ? micros : time(text, micros);
        return holds(moment) ? moment : NONE;
    }

    private static long time(String text, long midnight) {
        int length = text.length();
        char separator = text.charAt(10);
        if (length < 16 || separator != 'T' && separator != 't' && separator != ' ' || text.charAt(13) != ':') {
            return NONE;
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = 0;
        int at = 16;
        long fraction = 0;
        if (at < length && text.charAt(at) == ':') {
            second = at + 3 <= length ? number(text, at + 1, at + 3) : -1;
            at += 3;
            if (at < length && (text.charAt(at) == '.' || text.charAt(at) == ',')) {
                int from = ++at;
                long unit = SECOND / 10;
                for (; at < length && isDigit(text.charAt(at)); at++) {
                    fraction += unit * (text.charAt(at) - '0');
                    unit /= 10;
                }
                if (at == from) {
                    return NONE;
                }
            }
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return NONE;
        }
        long offset = offsetSeconds(text, at);
        return offset == NONE
                ? NONE
                : midnight + (hour * 3600L + minute * 60L + second - offset) * SECOND + fraction;
    }

    private static long offsetSeconds(String text, int at) {
        int left = text.length() - at;
        if (left == 0 || left == 1 && (text.charAt(at) == 'Z' || text.charAt(at) == 'z')) {
            return 0;
        }
        char sign = text.charAt(at);
        if (sign != '+' && sign != '-' || left != 3 && left != 5 && left != 6) {
            return NONE;
        }
        int hours = number(text, at + 1, at + 3);
        int minutes = 0;
        if (left == 5) {
            minutes = number(text, at + 3, at + 5);
        } else if (left == 6) {
            minutes = text.charAt(at + 3) == ':' ? number(text, at + 4, at + 6) : -1;
        }
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return NONE;
        }
        long seconds = hours * 3600L + minutes * 60L;
        return sign == '-' ? -seconds : seconds;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
