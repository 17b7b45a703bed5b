package dev.serai.sandbox.zendesk;

import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import dev.serai.sandbox.zendesk.ZendeskCollection.Place;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Users without number for benchmarks: a row is a template of fixed length in which only the digits of the id and the
 * second of the change differ, so a page is one copy of bytes with some of them overwritten. A thousand users share each
 * second. Those that were changed afterwards are a list of their own behind the others, where the export has them; they
 * are met at their old place too, as they were.
 */
final class LargeUsers {

    private static final long FIRST = 100_000_000_000L;
    private static final int DIGITS = 12;
    private static final int PER_SECOND = 1000;
    private static final Instant BEGIN = Instant.parse("2025-01-01T00:00:00Z");
    private static final int UNSETTLED_SECONDS = 60;
    private static final String ID = "#".repeat(DIGITS);
    private static final String TIME = "2025-01-01T00:00:00Z";
    private static final byte[] HEAD = "{\"users\":[".getBytes(StandardCharsets.UTF_8);
    private static final String ROW = "{\"id\":" + ID + ",\"url\":\"https://sandbox.zendesk.example/api/v2/users/" + ID
            + ".json\",\"name\":\"Person " + ID + "\",\"email\":\"person." + ID + "@large.example\",\"created_at\":"
            + "\"2024-12-01T00:00:00Z\",\"updated_at\":\"" + TIME + "\",\"time_zone\":\"Berlin\",\"iana_time_zone\":"
            + "\"Europe/Berlin\",\"phone\":\"+49301234567\",\"shared_phone_number\":null,\"photo\":null,\"locale_id\":1,"
            + "\"locale\":\"en-US\",\"organization_id\":900000000001,\"role\":\"end-user\",\"verified\":true,"
            + "\"external_id\":\"user_" + ID + "\",\"tags\":[\"customer\",\"large\"],\"alias\":null,\"active\":true,"
            + "\"shared\":false,\"shared_agent\":false,\"last_login_at\":null,\"two_factor_auth_enabled\":false,"
            + "\"signature\":null,\"details\":\"\",\"notes\":\"\",\"role_type\":null,\"custom_role_id\":null,"
            + "\"moderator\":false,\"ticket_restriction\":\"requested\",\"only_private_comments\":false,"
            + "\"restricted_agent\":true,\"suspended\":false,\"default_group_id\":null,\"report_csv\":false,"
            + "\"chat_only\":false,\"user_fields\":{\"plan\":\"growth\",\"seats\":12,\"is_beta\":false}},";

    private static final int[] ID_AT = offsets(ROW);
    private static final int TIME_AT = ROW.indexOf(TIME);
    private static final int LENGTH = ROW.length();
    private static final byte[] ROWS = ROW.repeat(Exports.MOST).getBytes(StandardCharsets.UTF_8);

    private record Change(int number, long second) { }

    private final Clock clock;
    private final int count;
    private final List<Change> changes = new ArrayList<>();
    private int next;

    LargeUsers(Clock clock, int count) {
        this.clock = clock;
        this.count = count;
    }

    synchronized void change(int many) {
        long now = clock.instant().getEpochSecond();
        for (int i = 0; i < many; i++) {
            changes.add(new Change(next, now));
            // a stride that meets all of them in turn, far apart
            next = (int) ((next + 7_919L) % count);
        }
    }

    /** The cursor is the number of rows that lie before it. */
    synchronized SandboxAnswer answer(SandboxRequest request, String url) {
        long settled = clock.instant().getEpochSecond() - UNSETTLED_SECONDS;
        long from;
        if (request.parameter("cursor").isPresent()) {
            Optional<Place> place = Exports.place(request.parameter("cursor").get());
            if (place.isEmpty()) {
                return ZendeskErrors.invalidCursor();
            }
            from = place.get().order();
        } else {
            from = before(Long.parseLong(request.parameter("start_time").orElse("0")));
        }
        int size = Math.min(Exports.MOST, Integer.parseInt(request.parameter("per_page").orElse("1000")));
        long all = count + changes.stream().filter(change -> change.second() <= settled).count();
        int rows = (int) Math.max(0, Math.min(size, all - from));
        long end = from + rows;
        String cursor = Exports.cursor(new Place(rows == 0 ? 0 : second(end - 1), end));
        String rest = request.parameter("per_page").map(value -> "&per_page=" + value).orElse("");
        byte[] tail = ("],\"after_url\":\"" + url + "?cursor=" + cursor + rest + "\",\"after_cursor\":\"" + cursor
                + "\",\"before_url\":null,\"before_cursor\":null,\"end_of_stream\":" + (end >= all) + "}")
                .getBytes(StandardCharsets.UTF_8);
        int length = rows == 0 ? 0 : rows * LENGTH - 1;
        byte[] body = Arrays.copyOf(HEAD, HEAD.length + length + tail.length);
        System.arraycopy(ROWS, 0, body, HEAD.length, length);
        fill(body, from, rows);
        System.arraycopy(tail, 0, body, HEAD.length + length, tail.length);
        return new SandboxAnswer(200, Map.of("Content-Type", "application/json;charset=utf-8"), body);
    }

    private void fill(byte[] body, long from, int rows) {
        long written = Long.MIN_VALUE;
        byte[] time = new byte[0];
        byte[] id = new byte[DIGITS];
        for (int i = 0; i < rows; i++) {
            int at = HEAD.length + i * LENGTH;
            digits(FIRST + number(from + i), id);
            for (int offset : ID_AT) {
                System.arraycopy(id, 0, body, at + offset, DIGITS);
            }
            long second = second(from + i);
            if (second != written) {
                time = Instant.ofEpochSecond(second).toString().getBytes(StandardCharsets.UTF_8);
                written = second;
            }
            System.arraycopy(time, 0, body, at + TIME_AT, time.length);
        }
    }

    private static void digits(long number, byte[] into) {
        long rest = number;
        for (int i = DIGITS - 1; i >= 0; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private long number(long row) {
        return row < count ? row : changes.get((int) (row - count)).number();
    }

    private long second(long row) {
        return row < count ? BEGIN.getEpochSecond() + row / PER_SECOND : changes.get((int) (row - count)).second();
    }

    private long before(long start) {
        long row = Math.max(0, Math.min(count, (start - BEGIN.getEpochSecond()) * PER_SECOND));
        while (row >= count && row < count + changes.size() && second(row) < start) {
            row++;
        }
        return row;
    }

    private static int[] offsets(String row) {
        List<Integer> offsets = new ArrayList<>();
        for (int at = row.indexOf(ID); at >= 0; at = row.indexOf(ID, at + 1)) {
            offsets.add(at);
        }
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }
}
