package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** All fields that Zendesk gives of an object of which nothing but the name was said. */
final class Blanks {

    private Blanks() {
    }

    static void user(ObjectNode user) {
        user.putNull("name").putNull("email").put("time_zone", "Berlin").put("iana_time_zone", "Europe/Berlin").putNull("phone")
                .putNull("shared_phone_number").put("locale_id", 1).put("locale", "en-US").putNull("organization_id")
                .put("role", "end-user").put("verified", false).putNull("external_id").putNull("alias").put("active", true)
                .put("shared", false).put("shared_agent", false).putNull("last_login_at").put("two_factor_auth_enabled", false)
                .putNull("signature").putNull("details").putNull("notes").putNull("role_type").putNull("custom_role_id")
                .put("moderator", false).put("ticket_restriction", "requested").put("only_private_comments", false)
                .put("restricted_agent", true).put("suspended", false).putNull("default_group_id").put("report_csv", false)
                .put("chat_only", false).putNull("photo");
        user.putArray("tags");
        user.putObject("user_fields").putNull("plan").putNull("seats").putNull("is_beta").putNull("renews_on");
    }

    static void organization(ObjectNode organization) {
        organization.putNull("name").put("shared_tickets", false).put("shared_comments", false).putNull("external_id")
                .putNull("details").putNull("notes").putNull("group_id").putNull("deleted_at");
        organization.putArray("domain_names");
        organization.putArray("tags");
        organization.putObject("organization_fields").putNull("industry").putNull("annual_revenue").putNull("region");
    }

    static void ticket(ObjectNode ticket) {
        ticket.putNull("external_id").putNull("type").putNull("subject").putNull("raw_subject").putNull("description")
                .putNull("priority").put("status", "new").putNull("recipient").putNull("requester_id").putNull("submitter_id")
                .putNull("assignee_id").putNull("organization_id").putNull("group_id");
        via(ticket.putObject("via"));
        ticket.putArray("collaborator_ids");
        ticket.putArray("follower_ids");
        ticket.putArray("email_cc_ids");
        ticket.putNull("forum_topic_id").putNull("problem_id").put("has_incidents", false).put("is_public", true)
                .putNull("due_at");
        ticket.putArray("tags");
        ticket.putArray("custom_fields");
        ticket.putObject("satisfaction_rating").put("score", "unoffered");
        ticket.putArray("sharing_agreement_ids");
        ticket.putArray("followup_ids");
        ticket.putNull("ticket_form_id").putNull("brand_id").put("allow_channelback", false).put("allow_attachments", true)
                .put("from_messaging_channel", false);
    }

    static void via(ObjectNode via) {
        via.put("channel", "web");
        ObjectNode source = via.putObject("source");
        source.putObject("from");
        source.putObject("to");
        source.putNull("rel");
    }

    static void metric(ObjectNode metric) {
        metric.put("group_stations", 0).put("assignee_stations", 0).put("reopens", 0).put("replies", 0)
                .putNull("assignee_updated_at").putNull("requester_updated_at").putNull("status_updated_at")
                .putNull("initially_assigned_at").putNull("assigned_at").putNull("solved_at")
                .putNull("latest_comment_added_at");
        for (String time : new String[] {"reply_time", "first_resolution_time", "full_resolution_time", "agent_wait_time",
            "requester_wait_time"}) {
            metric.putObject(time + "_in_minutes").putNull("calendar").putNull("business");
        }
        metric.putObject("on_hold_time_in_minutes").put("calendar", 0).put("business", 0);
        metric.putObject("reply_time_in_seconds").putNull("calendar");
    }
}
