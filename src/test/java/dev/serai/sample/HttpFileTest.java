package dev.serai.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.SettingsException;
import dev.serai.sample.HttpFile.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpFileTest {

    @Test
    void readsRequestLineHeadersInOrderAndBody() {
        HttpFile file = parse("POST /webhooks/braze?x=1\nB: 2\na:  1 \nB: 3\n\n{\"a\":\n\n1}\n");

        assertThat(file.method()).isEqualTo("POST");
        assertThat(file.path()).isEqualTo("/webhooks/braze?x=1");
        assertThat(file.headers()).containsExactly(new Header("B", "2"), new Header("a", "1"), new Header("B", "3"));
        assertThat(file.header("A")).contains("1");
        assertThat(file.body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":\n\n1}");
    }

    @Test
    void keepsEveryByteOfTheBodyButTheFilesLastLineEnd() {
        byte[] head = "PUT /x HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[head.length + 6];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(new byte[] {(byte) 0xff, '\r', '\n', 0, '\n', '\n'}, 0, bytes, head.length, 6);

        assertThat(HttpFile.parse("in.http", bytes).get(0).body()).containsExactly(0xff, '\r', '\n', 0, '\n');
    }

    @Test
    void aRequestMayHaveNoHeadersAndNoBody() {
        assertThat(parse("GET /v1/pixel/track?data=e30").body()).isEmpty();
        assertThat(parse("GET /x\n").headers()).isEmpty();
        assertThat(parse("GET /x\n\n").body()).isEmpty();
        assertThat(parse("POST /x\n\n\n").body()).isEmpty();
    }

    @Test
    void tellsEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> parse("post it\nno colon\nContent-Length: 3\nBad name: x\nX: \u00e4\n\nbody"))
                .isInstanceOf(SettingsException.class)
                .extracting(e -> ((SettingsException) e).problems().stream().map(Object::toString).toList())
                .isEqualTo(List.of(
                        "in.http:1:1: this is no request line; write METHOD /path, for instance POST /webhooks/braze",
                        "in.http:2:1: this is no header; write Name: value; an empty line ends the headers and begins "
                                + "the body",
                        "in.http:3:1: the header Content-Length is set by whoever sends the request; leave it out",
                        "in.http:4:1: 'Bad name' is no header name; letters, digits and '-', and no space before the "
                                + "colon",
                        "in.http:5:3: the value of X is not plain ASCII; HTTP headers carry no other characters; "
                                + "encode it as the partner does"));
    }

    @Test
    void namesTheHostThatDoesNotBelongThere() {
        assertThatThrownBy(() -> parse("POST https://hub.example.com/webhooks/braze\n\n{}"))
                .hasMessage("in.http:1:6: the request line names a host; write only the path; which hub it goes to is "
                        + "told when it is sent");
    }

    @Test
    void refusesAPathThatNoUrlCanHave() {
        assertThatThrownBy(() -> parse("GET /v1/pixel/track?data={}"))
                .hasMessage("in.http:1:5: the path has characters that a URL cannot have; write them as a percent sign "
                        + "and two hexadecimal digits");
    }

    @Test
    void refusesAnEmptyFileAndOneThatIsNotThere(@TempDir Path folder) {
        assertThatThrownBy(() -> parse("")).hasMessageStartingWith("in.http:1:1: the request line is missing");
        assertThatThrownBy(() -> HttpFile.parse(folder.resolve("none.http"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> HttpFile.parse(folder)).hasMessageContaining("cannot be read");
    }

    @Test
    void aHeadThatIsNotUtf8IsToldWithItsLine() {
        byte[] bytes = "POST /x\nA: ?\n\n".getBytes(StandardCharsets.UTF_8);
        bytes[11] = (byte) 0xff;

        assertThatThrownBy(() -> HttpFile.parse("in.http", bytes))
                .hasMessage("in.http:2:1: this line is not UTF-8; save the file as UTF-8");
    }

    @Test
    void readsEverySampleOfTheRepository() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            assertThat(files.filter(file -> file.endsWith("in.http"))).isNotEmpty()
                    .allSatisfy(file -> assertThat(HttpFile.parse(file)).isNotEmpty().allMatch(request -> request.path().startsWith("/")));
        }
    }

    @Test
    void severalRequestsStandBetweenLinesOfThreeHashes() {
        List<HttpFile> requests = HttpFile.parse("in.http", """
                ### the first
                POST /webhooks/braze
                
                one
                ###
                POST /webhooks/braze/second
                X-Key: k
                
                two
                """.getBytes(StandardCharsets.UTF_8));

        assertThat(requests).extracting(HttpFile::path).containsExactly("/webhooks/braze", "/webhooks/braze/second");
        assertThat(requests).extracting(request -> new String(request.body(), StandardCharsets.UTF_8))
                .containsExactly("one", "two");
        assertThatThrownBy(() -> HttpFile.parse("in.http", "POST /a\n\n1\n###\nPOST /b\nno header\n".getBytes(
                StandardCharsets.UTF_8))).hasMessageContaining("in.http:6:1");
    }

    private static HttpFile parse(String text) {
        return HttpFile.parse("in.http", text.getBytes(StandardCharsets.UTF_8)).get(0);
    }
}
