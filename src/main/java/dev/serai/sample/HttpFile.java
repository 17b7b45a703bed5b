package dev.serai.sample;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request as a partner sent it, {@code in.http}: the request line, headers, an empty line, the body.
 *
 * <p>The body is taken byte for byte, because a signature is over bytes. Only the file's last line end is not part of
 * it: editors add one, and partners send none. A file written with CRLF keeps its CRLF in the body. Several requests stand
 * in one file with a line of {@code ###} between them, behind which may stand what the next one is about.
 *
 * @param path    with the query, from {@code /}; which hub it goes to is not the file's business
 * @param headers in the order of the file; a name may occur twice
 */
public record HttpFile(String method, String path, List<Header> headers, byte[] body) {

    private static final String SEPARATOR = "###";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (/[!-~]*)(?: HTTP/1\\.[01])?");

    /** Set by whoever sends the request, so a file that has them would lie. */
    private static final Set<String> SENDERS = Set.of("host", "content-length", "connection", "transfer-encoding",
            "expect", "upgrade");

    public HttpFile {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        headers = List.copyOf(headers);
        Objects.requireNonNull(body, "body");
    }

    public record Header(String name, String value) { }

    /** The first value of a header; names are compared without case. */
    public Optional<String> header(String name) {
        return headers.stream().filter(header -> header.name().equalsIgnoreCase(name)).map(Header::value).findFirst();
    }

    /** @throws SettingsException with everything wrong in the file */
    public static List<HttpFile> parse(Path file) {
        try {
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "no such file", "check the name"));
        } catch (IOException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read: " + e.getMessage(),
                    "check that it is a file, and its permissions"));
        }
    }

    /**
     * @param name how complaints name the file
     * @throws SettingsException with everything wrong in the bytes
     */
    public static List<HttpFile> parse(String name, byte[] bytes) {
        List<Problem> problems = new ArrayList<>();
        List<HttpFile> requests = new ArrayList<>();
        int from = 0;
        int before = 0;
        int line = 0;
        for (int at = 0; at < bytes.length; at = nextLine(bytes, at)) {
            line++;
            if (startsWith(bytes, at, SEPARATOR)) {
                if (at > 0) {
                    one(name, Arrays.copyOfRange(bytes, from, at), before, problems).ifPresent(requests::add);
                }
                from = nextLine(bytes, at);
                before = line;
            }
        }
        one(name, Arrays.copyOfRange(bytes, from, bytes.length), before, problems).ifPresent(requests::add);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return requests;
    }

    private static int nextLine(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(bytes.length, at + 1);
    }

    private static boolean startsWith(byte[] bytes, int at, String text) {
        return at + text.length() <= bytes.length
                && new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    /** @param linesBefore in the file */
    private static Optional<HttpFile> one(String name, byte[] bytes, int linesBefore, List<Problem> problems) {
        int found = problems.size();
        Lines lines = new Lines(name, bytes, linesBefore);
        String requestLine = lines.next(problems);
        var request = REQUEST_LINE.matcher(Objects.requireNonNullElse(requestLine, ""));
        if (!request.matches()) {
            problems.add(requestLineProblem(name, linesBefore + 1, requestLine));
        } else if (!isUri(request.group(2))) {
            problems.add(new Problem(name, linesBefore + 1, request.start(2) + 1,
                    "the path has characters that a URL cannot have",
                    "write them as a percent sign and two hexadecimal digits"));
        }
        List<Header> headers = new ArrayList<>();
        for (String line = lines.next(problems); line != null && !line.isEmpty(); line = lines.next(problems)) {
            header(name, lines.number, line, headers, problems);
        }
        return problems.size() > found ? Optional.empty()
                : Optional.of(new HttpFile(request.group(1), request.group(2), headers, lines.rest()));
    }

    private static boolean isUri(String path) {
        try {
            new URI("http://localhost" + path);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Problem requestLineProblem(String name, int number, String line) {
        if (line == null || line.isBlank()) {
            return new Problem(name, number, 1, "the request line is missing",
                    "begin with, for instance, POST /webhooks/braze");
        }
        int url = line.indexOf("://");
        if (url >= 0) {
            return new Problem(name, number, line.indexOf(' ') + 2, "the request line names a host",
                    "write only the path; which hub it goes to is told when it is sent");
        }
        return new Problem(name, number, 1, "this is no request line", "write METHOD /path, for instance "
                + "POST /webhooks/braze");
    }

    private static void header(String name, int number, String line, List<Header> headers, List<Problem> problems) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            problems.add(new Problem(name, number, 1, "this is no header",
                    "write Name: value; an empty line ends the headers and begins the body"));
            return;
        }
        String field = line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (!TOKEN.matcher(field).matches()) {
            problems.add(new Problem(name, number, 1, "'" + printable(field) + "' is no header name",
                    "letters, digits and '-', and no space before the colon"));
        } else if (SENDERS.contains(field.toLowerCase(Locale.ROOT))) {
            problems.add(new Problem(name, number, 1, "the header " + field + " is set by whoever sends the request",
                    "leave it out"));
        } else if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c >= 0x7f)) {
            problems.add(new Problem(name, number, colon + 2, "the value of " + field + " is not plain ASCII",
                    "HTTP headers carry no other characters; encode it as the partner does"));
        } else {
            headers.add(new Header(field, value));
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    /** The head line by line; what follows it is bytes. */
    private static final class Lines {

        private final String name;
        private final byte[] bytes;
        private int position;
        private int number;

        Lines(String name, byte[] bytes, int linesBefore) {
            this.name = name;
            this.bytes = bytes;
            this.number = linesBefore;
        }

        /** The next line without its end; null after the last. */
        String next(List<Problem> problems) {
            if (position >= bytes.length) {
                return null;
            }
            number++;
            int end = position;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int cut = end > position && bytes[end - 1] == '\r' ? end - 1 : end;
            byte[] line = Arrays.copyOfRange(bytes, position, cut);
            position = end + 1;
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
            } catch (CharacterCodingException e) {
                problems.add(new Problem(name, number, 1, "this line is not UTF-8", "save the file as UTF-8"));
                return "X: unreadable";
            }
        }

        byte[] rest() {
            int end = bytes.length;
            if (position < end && bytes[end - 1] == '\n') {
                end--;
                if (position < end && bytes[end - 1] == '\r') {
                    end--;
                }
            }
            return position >= end ? new byte[0] : Arrays.copyOfRange(bytes, position, end);
        }
    }
}
