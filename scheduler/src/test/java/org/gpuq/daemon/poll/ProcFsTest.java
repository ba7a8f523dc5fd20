package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcFsTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rw                            | true
                    rw,hidepid=0                  | true
                    rw,hidepid=off                | true
                    rw,gid=4,hidepid=2            | false
                    rw,hidepid=invisible,gid=4    | false
                    rw,hidepid=ptraceable         | false
                    """)
    void tellsWhetherPeopleSeeEachOthersProcesses(String options, boolean shown) throws IOException {
        Path self = Files.createDirectories(root.resolve("self"));
        Files.writeString(self.resolve("mountinfo"), """
                20 1 0:19 / / rw - ext4 /dev/sda1 rw
                21 20 0:20 / /proc rw,nosuid - proc proc rw,hidepid=1
                22 20 0:21 / /proc rw,nosuid - proc proc %s
                23 20 0:22 / /srv/jail/proc rw - proc proc rw,hidepid=2
                """.formatted(options));

        assertThat(new ProcFs(root).showsEverybody()).isEqualTo(shown);
    }

    @Test
    void readsThisMachine() {
        assertThat(new ProcFs(Path.of("/proc"))
                        .process((int) ProcessHandle.current().pid()))
                .hasValueSatisfying(process -> assertThat(process.command()).contains("java"));
    }
}
