package dev.serai.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.schibsted.spt.data.jslt.Function;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;

/** What partners' mappings need and JSLT does not have. */
final class ProgramFunctions {

    static final Collection<Function> ALL = List.of(new EpochMillis());

    private ProgramFunctions() {
    }

    /** {@code epoch-millis("2026-11-24T10:00:00.000Z")}: a whole number; null for what is no time. */
    private static final class EpochMillis implements Function {

        @Override
        public String getName() {
            return "epoch-millis";
        }

        @Override
        public int getMinArguments() {
            return 1;
        }

        @Override
        public int getMaxArguments() {
            return 1;
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] arguments) {
            try {
                return LongNode.valueOf(OffsetDateTime.parse(arguments[0].asText()).toInstant().toEpochMilli());
            } catch (DateTimeException | ArithmeticException e) {
                return NullNode.getInstance();
            }
        }
    }
}
