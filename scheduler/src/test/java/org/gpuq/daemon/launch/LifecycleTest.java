package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    @TempDir
    Path directory;

    private Process launch(String... daemon) throws IOException {
        var command = new ArrayList<>(List.of(QLaunch.PROGRAM.toString(), "--foreground", "--state"));
        command.add(QLaunch.state(directory).toString());
        command.addAll(List.of("--daemon", daemon[0], "--"));
        command.addAll(List.of(daemon).subList(1, daemon.length));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("other").toFile())
                .start();
    }

    private static int status(Process process) {
        return process.onExit().join().exitValue();
    }

    @Test
    void endsWithADaemonThatMeantToEndOrCannotStart() throws IOException {
        assertThat(status(launch("/bin/true"))).isZero();
        assertThat(status(launch("/bin/sh", "-c", "exit 2"))).isEqualTo(2);
        assertThat(status(launch("/no/such/daemon"))).isEqualTo(2);
        assertThat(directory.resolve("other")).content().contains("cannot run /no/such/daemon: No such file");
    }

    @Test
    void startsACrashedDaemonAgain() throws IOException {
        String crashOnce = "[ -e \"$0\" ] && exit 0; : > \"$0\"; kill -SEGV $$";
        assertThat(status(launch("/bin/sh", "-c", crashOnce, directory.resolve("crashed") + "")))
                .isZero();
        assertThat(directory.resolve("other")).content().contains("the daemon ended with signal 11");
    }

    /** The descriptor 3 is the directory that ls reads. */
    @Test
    void givesTheDaemonSocketLockAndNotifyOnly() throws IOException {
        Path seen = directory.resolve("seen");
        String look = "echo $(ls /proc/self/fd) > \"$0\"; readlink /proc/$$/fd/0 /proc/$$/fd/5 >> \"$0\"";
        assertThat(status(launch("/bin/sh", "-c", look, seen.toString()))).isZero();
        assertThat(seen).content().matches("(?s)0 1 2 3 5\nsocket:.*/state/lock\n");
    }

    @Test
    void isAloneInItsDirectory() throws IOException {
        try (QLaunch first = QLaunch.in(directory)) {
            assertThat(status(launch("/bin/true"))).isEqualTo(5);
            assertThat(directory.resolve("other")).content().contains("another q-launch (pid " + first.pid() + ")");
        }
    }

    @Test
    void refusesADirectoryThatOthersCanWrite() throws IOException {
        Path state = Files.createDirectory(QLaunch.state(directory));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwx---"));
        assertThat(status(launch("/bin/true"))).isEqualTo(2);
        assertThat(directory.resolve("other")).content().contains("nobody else may write to it");
    }

    @Test
    void passesTermOnAndEndsWithTheDaemon() throws IOException {
        QLaunch launch = QLaunch.in(directory);
        Token token = Jobs.start(launch, directory, "sleep", "100");
        int job = launch.await(LaunchEvent.Started.class, token).process().pid();
        launch.process().destroy();
        assertThat(status(launch.process())).isZero();
        assertThat(ProcessHandle.of(job)).as("the job runs on").isPresent();
        launch.raw().close();
        QLaunch.signal("KILL", job);
    }

    @Test
    void endsTheConnectionOfADaemonThatTalksNonsense() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = Jobs.start(launch, directory, "sleep", "100");
            launch.await(LaunchEvent.Started.class, token);
            for (byte[] nonsense : List.of(
                    new byte[] {99, 0, 0, 0, 0},
                    new byte[] {2, 0, 0, 0, 3, 1, 2, 3},
                    new byte[] {3, 0, 0, 0, 2, 1, 2},
                    new byte[] {2, (byte) 0x7f, 0, 0, 0},
                    random())) {
                OutputStream raw = launch.raw();
                raw.write(nonsense);
                raw.flush();
                launch.await(LaunchEvent.Disconnected.class::isInstance);
                launch.connect();
            }
            launch.link().adopt(token);
            launch.await(LaunchEvent.Started.class, token);
            launch.link().signal(token, 9);
            assertThat(launch.await(LaunchEvent.Exited.class, token).status())
                    .isEqualTo(new ExitStatus.Killed(9, false));
        }
    }

    /** Never the beginning of a frame that could be meant. */
    private static byte[] random() {
        byte[] bytes = new byte[1000];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] = 0;
        bytes[1] = 0;
        bytes[2] = 0;
        bytes[3] = 0;
        return bytes;
    }

    @Test
    void refusesAnOrderThatIsNotWhole() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = QLaunch.token();
            byte[] adopt = Orders.adopt(token);
            byte[] start = new byte[26];
            start[0] = 2;
            start[4] = 21;
            start[5] = 1;
            start[9] = 16;
            System.arraycopy(adopt, 5, start, 10, 16);
            launch.raw().write(start);
            launch.raw().flush();
            assertThat(launch.await(LaunchEvent.NotStarted.class, token)
                            .failure()
                            .errno())
                    .isEqualTo(74); // EBADMSG
        }
    }

    @Test
    void talksWithAJavaDaemonOverItsStandardInput() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process = launch(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                StandardInputDaemon.class.getName(),
                directory.toString());
        assertThat(status(process)).as("%s", directory.resolve("other")).isZero();
        assertThat(directory.resolve("out")).hasContent("hello from a job\n");
    }
}
