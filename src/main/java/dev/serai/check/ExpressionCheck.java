package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Language;

/**
 * Expressions: that there is one, that it parses, and that it is not one of those which are wrong in silence. A predicate
 * from jq with resultType Boolean is always false, a header from jq keeps its quotes unless it is made a String, and a
 * predicate from jsonpath parses the body anew each time.
 */
final class ExpressionCheck {

    private static final Set<String> PREDICATES = Set.of("filter", "when", "validate", "onWhen", "completionPredicate",
            "retryWhile", "handled", "continued");
    private static final Set<String> OTHERS = Set.of("setHeader", "headers", "setBody", "setProperty", "setVariable", "transform",
            "split", "recipientList", "loop", "script");
    private static final Set<String> HEADERS = Set.of("setHeader", "headers");
    private static final Set<String> BOOLEANS = Set.of("java.lang.Boolean", "Boolean", "boolean");

    /** As the hub has them: of other languages only whether they are there is told, when the route is built. */
    private static final Set<String> PARSED = Set.of("simple", "jq");
    private static final Set<String> LANGUAGES = Set.of("constant", "csimple", "datasonnet", "exchangeProperty", "groovy",
            "header", "hl7terser", "java", "joor", "jq", "js", "jsonpath", "language", "method", "mvel", "ognl", "python", "ref",
            "simple", "spel", "tokenize", "variable", "wasm", "xpath", "xquery", "xtokenize");

    private final RouteFile file;
    private final CamelContext context;
    private final List<Problem> problems;

    private ExpressionCheck(RouteFile file, CamelContext context, List<Problem> problems) {
        this.file = file;
        this.context = context;
        this.problems = problems;
    }

    static void check(RouteFile file, CamelContext context, List<Problem> problems) {
        file.forEach(new ExpressionCheck(file, context, problems)::step);
    }

    private void step(JsonPointer at, JsonNode node) {
        if (!node.isObject() || at.head() == null) {
            return;
        }
        String name = RouteFile.member(at).isEmpty() ? RouteFile.member(at.head()) : RouteFile.member(at);
        boolean isPredicate = PREDICATES.contains(name) || name.equals("loop") && node.path("doWhile").asBoolean();
        if (!isPredicate && !OTHERS.contains(name)) {
            return;
        }
        Optional<Expression> found = Expression.of(at, node);
        if (found.isEmpty()) {
            problems.add(file.places().atKey(at, "there is no expression", "add one, such as simple"));
            return;
        }
        Expression expression = found.get();
        if (isPredicate) {
            predicate(expression);
        } else if (HEADERS.contains(name) && expression.language().equals("jq") && expression.resultType().isEmpty()) {
            problems.add(file.places().atKey(expression.at(), "a header from jq keeps the quotes of JSON",
                    "add 'resultType: java.lang.String'"));
        }
        parse(expression, isPredicate);
    }

    private void predicate(Expression expression) {
        if (expression.language().equals("jq") && BOOLEANS.contains(expression.resultType())) {
            problems.add(file.places().atKey(expression.at().appendProperty("resultType"),
                    "a jq predicate with this resultType is always false", "leave resultType out"));
        }
        if (expression.language().equals("jsonpath")) {
            problems.add(file.places().atKey(expression.at(), "a jsonpath predicate parses the body again each time",
                    "use simple on a header, or jq"));
        }
    }

    private void parse(Expression expression, boolean isPredicate) {
        String text = expression.text();
        if (!PARSED.contains(expression.language()) || text.contains("{{")) {
            return;
        }
        try {
            Language language = context.resolveLanguage(expression.language());
            if (isPredicate) {
                language.createPredicate(text).init(context);
            } else {
                language.createExpression(text).init(context);
            }
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String what = String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
            problems.add(file.places().atValue(expression.textAt(), "this is no " + expression.language() + ": " + what,
                    "mend the expression"));
        }
    }

    /**
     * @param language of it
     * @param at       the member of the step that holds it
     * @param node     its value: the text, or an object with it
     */
    private record Expression(String language, JsonPointer at, JsonNode node) {

        /** Of a step, which has it as a member by the language's name, or that under a member expression. */
        static Optional<Expression> of(JsonPointer step, JsonNode node) {
            if (node.path("expression").isObject()) {
                return of(step.appendProperty("expression"), node.path("expression"));
            }
            for (String language : LANGUAGES) {
                if (node.has(language)) {
                    JsonNode found = node.path(language);
                    return Optional.of(new Expression(language.equals("language") ? found.path("language").asText() : language,
                            step.appendProperty(language), found));
                }
            }
            return Optional.empty();
        }

        String text() {
            return node.isObject() ? node.path("expression").asText() : node.asText();
        }

        JsonPointer textAt() {
            return node.has("expression") ? at.appendProperty("expression") : at;
        }

        String resultType() {
            return node.path("resultType").asText();
        }
    }
}
