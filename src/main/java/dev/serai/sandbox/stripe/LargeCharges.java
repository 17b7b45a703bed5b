package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A list of any number of charges of which none is kept: each is computed from its place, four to a second, as bytes that
 * are copied together. For measurements, where the other side must cost nothing. Charges that were changed are remembered.
 */
final class LargeCharges {

    private static final String PREFIX = "ch_1L";
    private static final int DIGITS = 18;
    private static final int PER_SECOND = 4;
    private static final String[] BLANKS = {"@id@", "\"@created@\"", "\"@amount@\"", "\"@changes@\""};

    private final long count;
    private final long newest;
    private final Map<Long, Integer> changes = new ConcurrentHashMap<>();
    private final byte[][] parts;

    /** @param newest the second of the newest charge */
    LargeCharges(long count, long newest) {
        this.count = count;
        this.newest = newest;
        this.parts = template();
    }

    /** What stands before, between and after the blanks. */
    private static byte[][] template() {
        ObjectNode charge = Shapes.of(ObjectType.CHARGE);
        charge.put("id", "@id@").put("created", "@created@").put("amount", "@amount@").put("description", "Sale")
                .put("customer", "cus_Sandbox00000000").put("receipt_email", "someone@shop.example");
        charge.withObject("/metadata").put("changes", "@changes@").put("user_id", "user_1");
        String rest = charge.toString();
        byte[][] parts = new byte[BLANKS.length + 1][];
        for (int i = 0; i < BLANKS.length; i++) {
            int at = rest.indexOf(BLANKS[i]);
            parts[i] = rest.substring(0, at).getBytes(StandardCharsets.UTF_8);
            rest = rest.substring(at + BLANKS[i].length());
        }
        parts[BLANKS.length] = rest.getBytes(StandardCharsets.UTF_8);
        return parts;
    }

    boolean answers(SandboxRequest request) {
        return request.method().equals("GET")
                && (request.path().equals("/v1/charges") || request.path().startsWith("/v1/charges/" + PREFIX));
    }

    SandboxAnswer answer(SandboxRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160_000);
        if (!request.path().equals("/v1/charges")) {
            String id = request.path().substring("/v1/charges/".length());
            write(out, index(404, id, "id"));
            return answer(out);
        }
        Parameters parameters = new Parameters(request);
        Parameters.Seconds seconds = parameters.created();
        // of a time without bounds the difference would overflow
        long first = seconds.to() >= newest ? 0 : (newest - seconds.to()) * PER_SECOND;
        long end = seconds.from() <= 0 ? count : Math.min(count, (newest - seconds.from() + 1) * PER_SECOND);
        int limit = parameters.limit();
        boolean backwards = parameters.text("ending_before").isPresent();
        boolean hasMore;
        if (backwards) {
            end = Math.min(end, index(400, parameters.text("ending_before").get(), "ending_before"));
            hasMore = end - first > limit;
            first = Math.max(first, end - limit);
        } else {
            if (parameters.text("starting_after").isPresent()) {
                first = Math.max(first, index(400, parameters.text("starting_after").get(), "starting_after") + 1);
            }
            hasMore = end - first > limit;
            end = Math.min(end, first + limit);
        }
        write(out, "{\"object\":\"list\",\"data\":[".getBytes(StandardCharsets.US_ASCII));
        for (long i = first; i < end; i++) {
            if (i > first) {
                out.write(',');
            }
            write(out, i);
        }
        write(out, ("],\"has_more\":" + hasMore + ",\"url\":\"/v1/charges\"}").getBytes(StandardCharsets.US_ASCII));
        return answer(out);
    }

    private static SandboxAnswer answer(ByteArrayOutputStream out) {
        return new SandboxAnswer(200, Map.of("Content-Type", "application/json;charset=utf-8"), out.toByteArray());
    }

    /** Changes one, as a second edit of its metadata would. */
    ObjectNode change(long index) {
        changes.merge(index, 1, Integer::sum);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, index);
        try {
            return (ObjectNode) Json.MAPPER.readTree(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    private void write(ByteArrayOutputStream out, long index) {
        write(out, parts[0]);
        write(out, id(index));
        write(out, parts[1]);
        write(out, Long.toString(newest - index / PER_SECOND).getBytes(StandardCharsets.US_ASCII));
        write(out, parts[2]);
        write(out, Long.toString(100 + index % 9973).getBytes(StandardCharsets.US_ASCII));
        write(out, parts[3]);
        write(out, ("\"" + changes.getOrDefault(index, 0) + "\"").getBytes(StandardCharsets.US_ASCII));
        write(out, parts[4]);
    }

    private static byte[] id(long index) {
        byte[] id = new byte[PREFIX.length() + DIGITS];
        for (int i = 0; i < PREFIX.length(); i++) {
            id[i] = (byte) PREFIX.charAt(i);
        }
        long rest = index;
        for (int i = id.length - 1; i >= PREFIX.length(); i--) {
            id[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return id;
    }

    private long index(int status, String id, String param) {
        if (id.matches(PREFIX + "\\d{" + DIGITS + "}")) {
            long index = Long.parseLong(id.substring(PREFIX.length()));
            if (index < count) {
                return index;
            }
        }
        throw Refusal.noSuch(status, "charge", id, param);
    }

    private static void write(ByteArrayOutputStream out, byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }
}
