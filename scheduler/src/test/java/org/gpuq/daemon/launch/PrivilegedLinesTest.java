package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What root runs stays short enough to be read in an hour. */
class PrivilegedLinesTest {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

    @Test
    void areFewerThanEightHundred() throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.list(Path.of("src/main/c/launch/gate"))) {
            for (Path file : files.toList()) {
                lines += COMMENT.matcher(Files.readString(file))
                        .replaceAll("")
                        .lines()
                        .filter(line -> !line.isBlank())
                        .count();
            }
        }
        assertThat(lines).as("lines of privileged C").isBetween(300L, 799L);
    }
}
