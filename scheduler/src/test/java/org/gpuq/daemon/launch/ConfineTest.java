package org.gpuq.daemon.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which device files can be opened in a cgroup that is confined to GPUs 1 and 253, in either way there is. */
class ConfineTest {
    private static final Path CONTROLLER = Path.of("/sys/fs/cgroup/devices");
    private static final String BEFORE = "0:yes 1:yes 2:yes 253:yes 254:yes 255:yes zero:yes\n";
    private static final String CONFINED = "0:no 1:yes 2:no 253:yes 254:yes 255:yes zero:yes\n";

    @TempDir
    Path directory;

    private String unified = "";

    @BeforeEach
    void findCgroups() throws IOException {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/hostname")),
                "only root can confine anybody to device files");
        unified = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1)[4])
                .findFirst()
                .orElse("");
        assumeTrue(!unified.isEmpty(), "this machine has no cgroups of version 2");
    }

    @Test
    void byAProgram() throws IOException {
        assertThat(confine(unified)).isEqualTo(BEFORE + CONFINED);
    }

    @Test
    void byTheDevicesController() throws IOException {
        assumeTrue(Files.isDirectory(CONTROLLER), "this machine has no devices controller of cgroup version 1");
        assertThat(confine(unified, CONTROLLER.toString())).isEqualTo(BEFORE + CONFINED);
    }

    private String confine(String... bases) throws IOException {
        Path program = directory.resolve("confine");
        String refused = OwnBuild.of(
                program,
                Path.of("src/main/c").toAbsolutePath(),
                "-Dmain=q_launch_main",
                Path.of("src/test/c/confine.c").toAbsolutePath());
        assertThat(refused).isEmpty();
        List<String> command = new ArrayList<>(List.of(program.toString(), directory.toString()));
        command.addAll(List.of(bases));
        Process confined = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(confined.getInputStream().readAllBytes(), UTF_8);
        assertThat(confined.onExit().join().exitValue()).as(said).isZero();
        return said;
    }
}
