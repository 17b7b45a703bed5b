package dev.serai;

import dev.serai.NewFolder.Kind;
import dev.serai.NewFolder.Proof;
import dev.serai.partner.SettingKey;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai new}: a partner folder to begin with, whose sample passes. What is not told is asked for at a terminal. */
@Command(name = "new", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Makes the folder of a partner: description, route, mapping, and a sample that passes.",
        "What no option tells is asked for if there is a terminal; else the defaults hold. No folder that is there is changed."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai new acme",
            "  serai new acme --webhook --signature hmac-sha256 --header X-Acme-Signature --items events",
            "  serai new acme --sync --records data",
            "  serai new acme --destination"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:made", "1:it cannot be written", "2:wrong usage, or the folder is there"})
final class NewCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final int LONGEST = 40;
    private static final Pattern TITLE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} .&'()+-]*");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern MEMBER = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    private static final Pattern MEMBER_OR_NONE = Pattern.compile("|" + MEMBER);

    @Parameters(paramLabel = "PARTNER", description = "The folder's name: lower-case letters, digits and '-'.")
    private String slug;

    @Option(names = "--webhook", description = "It posts events (default, if it is nothing else).")
    private boolean webhook;

    @Option(names = "--sync", description = "Objects are pulled from its API.")
    private boolean sync;

    @Option(names = "--destination", description = "Events go out to it.")
    private boolean destination;

    @Option(names = "--title", paramLabel = "TEXT", description = "Its name as people write it (default: from PARTNER).")
    private String title;

    @Option(names = "--signature", paramLabel = "SCHEME", description = "How a webhook proves to be the partner's: token (a bearer "
            + "token), header (a secret in a header), hmac-sha256, hmac-sha256-base64, hmac-sha1 (a signature of the body in a "
            + "header), none (default: token).")
    private String signature;

    @Option(names = "--header", paramLabel = "NAME", description = "The header with the secret or signature (default: from PARTNER).")
    private String header;

    @Option(names = "--items", paramLabel = "MEMBER", description = "Of a webhook's body: what holds the array of items (default: "
            + "the body is an item, or the array).")
    private String items;

    @Option(names = "--records", paramLabel = "MEMBER", description = "Of an answer to a sync: what holds the records (default: data).")
    private String records;

    @Option(names = {"-y", "--yes"}, description = "Ask nothing; the defaults hold.")
    private boolean isYes;

    @Option(names = "--routes", paramLabel = "DIRECTORY", description = "Where the folder is made (default: routes).")
    private Path routes = Path.of(SettingKey.ROUTES_DIR.defaultValue());

    @Spec
    private CommandSpec spec;

    /** A question and what holds if nothing is answered, to the answer. */
    private final BinaryOperator<String> person;

    NewCommand() {
        this(System.console());
    }

    private NewCommand(Console console) {
        this(console == null ? (question, standard) -> standard : (question, standard) -> {
            String answer = console.readLine("%s [%s]: ", question, standard);
            return answer == null || answer.isBlank() ? standard : answer.strip();
        });
    }

    NewCommand(BinaryOperator<String> person) {
        this.person = person;
    }

    @Override
    public Integer call() throws Exception {
        Optional<String> refusal = refusal();
        if (refusal.isPresent()) {
            spec.commandLine().getErr().println(refusal.get());
            return CommandLine.ExitCode.USAGE;
        }
        Path folder = routes.resolve(slug);
        NewFolder wanted = wanted();
        wanted.write(folder);
        tell(wanted, folder);
        return CommandLine.ExitCode.OK;
    }

    private Optional<String> refusal() {
        if (!NAME.matcher(slug).matches() || slug.length() > LONGEST) {
            return Optional.of("'" + slug + "' is no name for a folder; use at most " + LONGEST
                    + " lower-case letters, digits and '-', beginning with a letter");
        }
        if (!Files.isDirectory(routes)) {
            return Optional.of(routes + ": no such folder; begin in the folder that has routes, or name it with --routes");
        }
        return Files.exists(routes.resolve(slug))
                ? Optional.of(routes.resolve(slug) + ": is there already; choose another name, or edit it") : Optional.empty();
    }

    private NewFolder wanted() {
        String words = slug.substring(0, 1).toUpperCase(Locale.ROOT) + slug.substring(1).replace('-', ' ');
        String chosenTitle = ask("--title", title, "Its name, as people write it", words, TITLE,
                "letters, digits, blanks and .&'()+-");
        Set<Kind> kinds = kinds();
        if (!kinds.contains(Kind.WEBHOOK) && (signature != null || header != null || items != null)) {
            throw wrong("--signature, --header and --items are of a webhook; add --webhook, or leave them out");
        }
        if (!kinds.contains(Kind.SYNC) && records != null) {
            throw wrong("--records is of a sync; add --sync, or leave it out");
        }
        Proof proof = Proof.TOKEN;
        String chosenHeader = "";
        String chosenItems = "";
        String chosenRecords = "data";
        if (kinds.contains(Kind.WEBHOOK)) {
            String schemes = Arrays.stream(Proof.values()).map(Proof::word).collect(Collectors.joining(", "));
            proof = Proof.of(ask("--signature", signature, "How does its webhook prove to be its own: " + schemes, "token",
                    Pattern.compile(schemes.replace(", ", "|")), "one of " + schemes));
            if (header != null && !proof.hasHeader()) {
                throw wrong("--header goes with --signature header and hmac-..., not with " + proof.word());
            }
            if (proof.hasHeader()) {
                String standard = "X-" + words.replace(' ', '-') + (proof == Proof.HEADER ? "-Token" : "-Signature");
                chosenHeader = ask("--header", header, "In which header", standard, HEADER, "letters, digits and '-'");
            }
            chosenItems = ask("--items", items, "Which member of the body holds the array of items; nothing if it is the body itself",
                    "", MEMBER_OR_NONE, "a member of the body");
        }
        if (kinds.contains(Kind.SYNC)) {
            chosenRecords = ask("--records", records, "Which member of its API's answers holds the records", "data", MEMBER,
                    "a member of the answer");
        }
        return new NewFolder(slug, chosenTitle, kinds, proof, chosenHeader, chosenItems, chosenRecords);
    }

    private Set<Kind> kinds() {
        Set<Kind> told = EnumSet.noneOf(Kind.class);
        if (webhook) {
            told.add(Kind.WEBHOOK);
        }
        if (sync) {
            told.add(Kind.SYNC);
        }
        if (destination) {
            told.add(Kind.DESTINATION);
        }
        if (!told.isEmpty()) {
            return told;
        }
        String all = Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining("|"));
        String answer = ask("the kind", null, "What is it: webhook, sync, destination; several with blanks", "webhook",
                Pattern.compile("(" + all + ")([ ,]+(" + all + "))*"), "webhook, sync or destination");
        return Stream.of(answer.split("[ ,]+")).map(Kind::of).collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    /** A bad option is refused, a bad answer is asked for again. */
    private String ask(String option, String told, String question, String standard, Pattern allowed, String meaning) {
        if (told != null) {
            if (!allowed.matcher(told).matches()) {
                throw wrong("'" + told + "' cannot be used as " + option + "; it takes " + meaning);
            }
            return told;
        }
        if (isYes) {
            return standard;
        }
        String answer = person.apply(question, standard);
        while (!allowed.matcher(answer).matches()) {
            spec.commandLine().getErr().println("'" + answer + "' cannot be used; it takes " + meaning);
            answer = person.apply(question, standard);
        }
        return answer;
    }

    private CommandLine.ParameterException wrong(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }

    private void tell(NewFolder made, Path folder) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(folder + " is made, and its sample passes. Next:");
        List<String> steps = new ArrayList<>();
        steps.add("Edit " + made.toEdit().stream().map(name -> folder.resolve(name).toString())
                .collect(Collectors.joining(", ")) + ".");
        steps.add("Put what the partner really sends into " + folder.resolve("samples") + ", and run ./serai test " + slug
                + " --update.");
        steps.add("Run ./serai check " + slug + ".");
        if (made.kinds().contains(Kind.WEBHOOK)) {
            steps.add("Run ./serai send " + slug + "/" + NewFolder.WEBHOOK_SAMPLE + ", to a hub that runs"
                    + (made.settings().isEmpty() ? "" : " with " + made.settings()) + ".");
        }
        if (made.kinds().contains(Kind.SYNC)) {
            steps.add("Set baseUrl and apiToken under serai.sources." + slug + ". and run ./serai sync " + slug + ".");
        }
        if (made.kinds().contains(Kind.DESTINATION)) {
            steps.add("Set serai.destinations." + slug + ".apiKey; ./serai routes explain tells which events it gets.");
        }
        for (int i = 0; i < steps.size(); i++) {
            out.println("  " + (i + 1) + ". " + steps.get(i));
        }
    }
}
