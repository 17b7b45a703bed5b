package dev.serai.bench;

import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Zendesk's exports of users and of tickets, of any length and with the same rows in both, answered as quickly as bytes can be copied: the rows
 * of a page are rendered once, and only their ids differ. What is measured against it is the client.
 */
final class InstantExport implements Fake {

    private static final int PAGE = 1_000;
    private static final int ID_DIGITS = 12;
    private static final String ID = "0".repeat(ID_DIGITS);

    private final byte[] rows;
    private final int[] ids = new int[PAGE];
    private final AtomicLong requests = new AtomicLong();
    private volatile long size;

    InstantExport(long size) {
        this.size = size;
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        for (int i = 0; i < PAGE; i++) {
            String row = """
                    {"id":9%s,"url":"https://example.zendesk.com/api/v2/users/%d.json","name":"Ada Lindqvist %d",\
                    "email":"ada.lindqvist.%d@lindqvist-bikes.example","created_at":"2025-03-01T10:00:00Z",\
                    "updated_at":"2025-11-%02dT10:00:00Z","time_zone":"Berlin","iana_time_zone":"Europe/Berlin","phone":"+493012345",\
                    "shared_phone_number":false,"photo":null,"locale_id":1,"locale":"en-US","organization_id":%d,"role":"end-user",\
                    "verified":true,"external_id":"user_%d","tags":["vip","beta"],"alias":"","active":true,"shared":false,\
                    "shared_agent":false,"last_login_at":"2025-10-01T08:30:00Z","two_factor_auth_enabled":false,"signature":null,\
                    "details":"","notes":"prefers e-mail","role_type":null,"custom_role_id":null,"moderator":false,\
                    "ticket_restriction":"requested","only_private_comments":false,"restricted_agent":true,"suspended":false,\
                    "default_group_id":null,"report_csv":false,"user_fields":{"plan":"team","seats":%d},"custom_fields":[{"id":1,"value":"a"}]}"""
                    .formatted(ID, i, i, i, 1 + i % 28, 100 + i / 5, i, i % 40);
            byte[] bytes = (i == 0 ? row : "," + row).getBytes(StandardCharsets.UTF_8);
            ids[i] = page.size() + row.indexOf(ID) + (i == 0 ? 0 : 1);
            page.writeBytes(bytes);
        }
        this.rows = page.toByteArray();
    }

    /** So many rows more at the end of the export, as changes come. */
    void grow(long by) {
        size += by;
    }

    long requests() {
        return requests.get();
    }

    @Override
    public String partner() {
        return "zendesk";
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        requests.incrementAndGet();
        long from = request.parameter("cursor").or(() -> request.parameter("page[after]")).map(Long::parseLong).orElse(0L);
        int count = (int) Math.min(PAGE, size - from);
        long next = from + count;
        boolean isEnd = next >= size;
        byte[] head = (request.path().contains("tickets") ? "{\"tickets\":[" : "{\"users\":[")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("],\"after_cursor\":\"" + next + "\",\"end_of_stream\":" + isEnd + ",\"meta\":{\"has_more\":" + !isEnd
                + ",\"after_cursor\":\"" + next + "\"}}").getBytes(StandardCharsets.UTF_8);
        int length = count == 0 ? 0 : count == PAGE ? rows.length : ids[count] - "{\"id\":9".length() - 1;
        byte[] body = new byte[head.length + length + tail.length];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(rows, 0, body, head.length, length);
        System.arraycopy(tail, 0, body, head.length + length, tail.length);
        for (int i = 0; i < count; i++) {
            long id = from + i;
            for (int digit = head.length + ids[i] + ID_DIGITS - 1; id > 0; digit--, id /= 10) {
                body[digit] = (byte) ('0' + id % 10);
            }
        }
        return new SandboxAnswer(200, Map.of("Content-Type", "application/json"), body);
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return SandboxAnswer.text(503, "text/plain", "");
    }
}
