package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What q does otherwise than task-spooler is meant, is still so with both, and stands in the manual. */
@Timeout(180)
class DifferencesIT {
    private static final Path MANUAL = Path.of("..", "docs", "from-task-spooler.md");
    private static final String REGENERATE = "GPUQ_REGENERATE";
    private static final Pattern TABLE = Pattern.compile("\\| \\| tsp \\| q \\| why \\|\\n(\\|.*\\n)+");

    static List<Difference> all() {
        return Difference.ALL;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void itIsSo(Difference difference) throws IOException {
        SideBySide.needsTsp();
        assertThat(SideBySide.tsp(difference.script())).contains(difference.seenOfTsp());
        assertThat(SideBySide.q(difference.script())).contains(difference.seenOfQ());
    }

    @Test
    void theManualHasThemAll() throws IOException {
        String manual = Files.readString(MANUAL);
        if (System.getenv(REGENERATE) != null) {
            manual = TABLE.matcher(manual).replaceFirst(Matcher.quoteReplacement(Difference.table()));
            Files.writeString(MANUAL, manual);
        }
        assertThat(manual)
                .as("docs/from-task-spooler.md; to write its table anew: " + REGENERATE + "=1 and this test")
                .contains(Difference.table());
    }
}
