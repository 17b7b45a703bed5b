package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A fake at which something happens right after the first request of a path was answered. */
final class Meddling implements Fake {

    private final Fake fake;
    private final String path;
    private final Consumer<JsonNode> then;
    private final AtomicBoolean happened = new AtomicBoolean();

    /** @param then told the answer, which is on its way already */
    Meddling(Fake fake, String path, Consumer<JsonNode> then) {
        this.fake = fake;
        this.path = path;
        this.then = then;
    }

    @Override
    public String partner() {
        return fake.partner();
    }

    @Override
    public SandboxAnswer answer(SandboxRequest request) {
        SandboxAnswer answer = fake.answer(request);
        if (request.path().equals(path) && happened.compareAndSet(false, true)) {
            try {
                then.accept(Json.MAPPER.readTree(answer.body()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return answer;
    }

    @Override
    public SandboxAnswer fail(Fault fault) {
        return fake.fail(fault);
    }
}
