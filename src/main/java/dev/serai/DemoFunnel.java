package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The funnel of emails by campaign: what Braze tells of each message, counted by the report and by hand. */
final class DemoFunnel {

    private static final List<String> STEPS = List.of("Send", "Delivery", "Open", "Click");
    private static final List<String> NAMES = List.of("Email Sent", "Email Delivered", "Email Opened", "Email Link Clicked");
    private static final Map<String, Integer> CAMPAIGNS = Map.of("Autumn sale", 120, "New arrivals", 80);

    private final Demo demo;

    DemoFunnel(Demo demo) {
        this.demo = demo;
    }

    boolean run() {
        demo.say("3. What becomes of a campaign's emails");
        Instant begin = Instant.now().minus(Duration.ofDays(2));
        Map<String, Long> expected = new TreeMap<>();
        ObjectNode body = demo.object();
        for (Map.Entry<String, Integer> campaign : CAMPAIGNS.entrySet()) {
            for (int i = 0; i < campaign.getValue(); i++) {
                // how far this message comes
                int steps = i % 10 == 9 ? 1 : i % 3 == 0 ? 4 : i % 2 == 0 ? 3 : 2;
                for (int step = 0; step < steps; step++) {
                    ObjectNode event = body.withArray("/events").addObject().put("event_type", "users.messages.email." + STEPS.get(step))
                            .put("id", campaign.getKey() + "-" + i + "-" + step).put("time", begin.plusSeconds(60L * i + 600L * step).getEpochSecond());
                    event.putObject("user").put("user_id", "reader-" + i).put("external_user_id", "reader-" + i);
                    event.putObject("properties").put("campaign_name", campaign.getKey()).put("email_address", "reader-" + i + "@example.com");
                    expected.merge(campaign.getKey() + ", " + NAMES.get(step), 1L, Long::sum);
                }
                if (body.path("events").size() > 80) {
                    demo.post(demo.url() + "/webhooks/braze", body);
                    body = demo.object();
                }
            }
        }
        demo.post(demo.url() + "/webhooks/braze", body);
        long sent = CAMPAIGNS.values().stream().mapToInt(Integer::intValue).sum();
        demo.awaitRows("SELECT count(*) FROM braze.email_sent", sent);
        demo.awaitRows("SELECT count(*) FROM braze.email_link_clicked", expected.entrySet().stream()
                .filter(one -> one.getKey().endsWith("Clicked")).mapToLong(Map.Entry::getValue).sum());
        Map<String, Long> found = new TreeMap<>();
        for (JsonNode row : demo.get(demo.url() + "/api/reports/email-funnel").path("rows")) {
            found.put(row.path("breakdown").asText() + ", " + row.path("event").asText(), row.path("profiles").asLong());
        }
        found.forEach((step, readers) -> demo.say("  %-36s %d", step, readers));
        return demo.check("steps of the funnel, with their numbers", told(expected), told(found));
    }

    private static TreeSet<String> told(Map<String, Long> steps) {
        TreeSet<String> told = new TreeSet<>();
        steps.forEach((step, readers) -> told.add(step + "=" + readers));
        return told;
    }
}
