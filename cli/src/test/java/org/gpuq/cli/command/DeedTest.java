package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.gpuq.cli.tsp.TspFace;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Role;
import org.junit.jupiter.api.Test;

/** Every command is in the table of who may do what, and docs/security.md shows that table. */
class DeedTest {
    private static final Path SECURITY = Path.of("..", "docs", "security.md");
    private static final String REGENERATE = "GPUQ_REGENERATE";

    /** What is told apart before verbs and faces are asked, and ways to submit; the demo has a queue of its own. */
    private static final List<String> OTHERS = List.of(
            "",
            "-a",
            "--help",
            "--version",
            "COMMAND",
            "run -f",
            "-n",
            "daemon install",
            "daemon uninstall",
            "daemon salvage");

    /** All that q can be told. */
    static Set<String> commands() {
        Set<String> all = new TreeSet<>(OTHERS);
        all.addAll(new Verbs().words());
        all.remove("daemon");
        for (DaemonCommand.Action action : DaemonCommand.Action.values()) {
            all.add("daemon " + action.name().toLowerCase(Locale.ROOT));
        }
        all.addAll(TspFace.actions());
        return all;
    }

    @Test
    void everyCommandIsInTheTable() {
        Set<String> table = Arrays.stream(Deed.values())
                .flatMap(deed -> deed.commands().stream())
                .collect(Collectors.toSet());
        assertThat(table)
                .as("a new command goes into Deed, and its trial into SharedMatrixIT")
                .isEqualTo(commands());
    }

    @Test
    void theDocumentationShowsTheTable() throws IOException {
        String text = Files.readString(SECURITY);
        int begin = text.indexOf("| | by |");
        int end = text.indexOf("\n\n", begin) + 1;
        if (System.getenv(REGENERATE) != null) {
            text = text.substring(0, begin) + table() + text.substring(end);
            Files.writeString(SECURITY, text);
        }
        assertThat(text)
                .as("docs/security.md; to write it anew: " + REGENERATE
                        + "=1 ./mvnw test -pl cli -am -Dtest=DeedTest -Dsurefire.failIfNoSpecifiedTests=false")
                .contains("\n" + table() + "\n");
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        table.append("| | by | owner | root | administrator | other |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (Deed deed : Deed.values()) {
            table.append("| ").append(deed.words()).append(" | ");
            table.append(deed.commands().stream()
                    .map(command -> "`" + ("q " + command).strip() + "`")
                    .collect(Collectors.joining(", ")));
            for (Role role : Role.values()) {
                table.append(" | ").append(cell(deed, role));
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    private static String cell(Deed deed, Role role) {
        if (role == Role.OWNER && deed.of() == Deed.Of.ALL) {
            return "";
        }
        return deed.setting(role)
                .map(setting -> "as `" + setting + "` says")
                .orElse(deed.allowedTo(role) ? "yes" : "no");
    }
}
