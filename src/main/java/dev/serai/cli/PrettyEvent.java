package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An event of the live stream for people: who did what by which source on one line, and what is particular about it
 * on a second, each short enough to be read in passing. Nothing of the event reaches the terminal unchecked, see
 * {@link Terminal}.
 */
final class PrettyEvent {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final Pattern ID = Pattern.compile("id|.*_id|.*[a-z]I[dD]");
    private static final String INDENT = " ".repeat(10);
    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_VALUE = 40;
    private static final int LONGEST_DETAILS = 110;

    private final Terminal terminal;
    private final ZoneId zone;

    PrettyEvent(Terminal terminal, ZoneId zone) {
        this.terminal = terminal;
        this.zone = zone;
    }

    /** One line, or two. */
    String lines(String kind, JsonNode json) {
        return kind.equals("rejected") ? rejected(json) : accepted(kind, json);
    }

    private String accepted(String kind, JsonNode json) {
        String type = text(json, "type");
        String name = text(json, type.equals("track") ? "event" : "name");
        String marked = kind.equals("unplanned") ? terminal.yellow("unplanned") : terminal.green("accepted ");
        List<String> words = start(marked, text(json, "receivedAt"), text(json, "source"));
        words.add(column(type, 8));
        words.add(terminal.bold(name));
        words.add(who(json));
        boolean traits = type.equals("identify") || type.equals("group");
        return joined(words) + details(json.path(traits ? "traits" : "properties"));
    }

    private String rejected(JsonNode json) {
        List<String> words = start(terminal.red("rejected "), text(json, "at"), text(json, "source"));
        words.add(column(text(json, "stage"), 8));
        words.add(terminal.red(text(json, "code")));
        words.add(terminal.red(Terminal.cut(json.path("message").asText(), 2 * LONGEST_NAME)));
        String raw = json.has("rawBase64") ? "(not UTF-8)" : json.path("raw").asText();
        return joined(words) + secondLine(Terminal.cut(raw.replaceAll("\\s+", " ").strip(), LONGEST_DETAILS));
    }

    private List<String> start(String kind, String at, String source) {
        List<String> words = new ArrayList<>();
        words.add(terminal.faint(time(at)));
        words.add(kind);
        words.add(terminal.cyan(column(source, 10)));
        return words;
    }

    private String time(String at) {
        try {
            return TIME.format(Instant.parse(at).atZone(zone));
        } catch (DateTimeException e) {
            return "--:--:--";
        }
    }

    private String who(JsonNode json) {
        List<String> who = new ArrayList<>();
        String user = text(json, "userId");
        String anonymous = text(json, "anonymousId");
        if (!user.isEmpty()) {
            who.add("user " + user);
        } else if (!anonymous.isEmpty()) {
            who.add("anonymous " + anonymous);
        }
        for (String other : List.of("groupId", "previousId")) {
            if (json.path(other).isTextual()) {
                who.add(other.replace("Id", " ") + text(json, other));
            }
        }
        return String.join("  ", who);
    }

    /** Ids say little to people, so they come last, where they are the first to be cut. */
    private String details(JsonNode members) {
        List<String> names = new ArrayList<>();
        members.fieldNames().forEachRemaining(names::add);
        names.sort(Comparator.comparing(name -> ID.matcher(name).matches()));
        StringBuilder details = new StringBuilder();
        for (String name : names) {
            if (details.length() > LONGEST_DETAILS) {
                details.append(" \u2026");
                break;
            }
            details.append(details.isEmpty() ? "" : " ")
                    .append(Terminal.cut(name, LONGEST_VALUE)).append('=').append(value(members.get(name)));
        }
        return secondLine(details.toString());
    }

    private static String value(JsonNode value) {
        if (value.isObject()) {
            return "{" + value.size() + "}";
        }
        if (value.isArray()) {
            return "[" + value.size() + "]";
        }
        String text = Terminal.cut(value.asText(), LONGEST_VALUE);
        return value.isTextual() && (text.isEmpty() || text.contains(" ")) ? '"' + text + '"' : text;
    }

    private String secondLine(String text) {
        return text.isEmpty() ? "" : System.lineSeparator() + INDENT + terminal.faint(text);
    }

    private static String joined(List<String> words) {
        return String.join("  ", words.stream().filter(word -> !word.isBlank()).toList()).stripTrailing();
    }

    private static String column(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isValueNode() && !value.isNull() ? Terminal.cut(value.asText(), LONGEST_NAME) : "";
    }
}
