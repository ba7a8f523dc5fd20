package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.StartFailure.Stage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int ELOOP = 40;

    @TempDir
    Path directory;

    private QLaunch launch;

    @BeforeEach
    void open() throws IOException {
        launch = QLaunch.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        launch.close();
    }

    @Test
    void tellsExitCodeTimesAndMemory() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "exit 7");
        LaunchEvent.Started started = launch.await(LaunchEvent.Started.class, token);
        LaunchEvent.Exited exited = launch.await(LaunchEvent.Exited.class, token);
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(exited.status()).isEqualTo(new ExitStatus.Exited(7));
        assertThat(exited.usage().peakMemoryBytes()).isGreaterThan(100_000);
        assertThat(exited.startedAt()).isEqualTo(started.at()).isBefore(exited.endedAt());
        assertThat(exited.usage().runMicros()).isPositive();
        assertThat(started.process().startTicks()).isPositive();
    }

    @Test
    void tellsTheSignalThatEndedAJob() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "kill -TERM $$");
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Killed(15, false));
    }

    @Test
    void passesArgumentsAndEnvironmentByteForByte() throws IOException {
        RawBytes odd = RawBytes.of(new byte[] {(byte) 0xff, '\n', ' ', '"', '$', '(', '%', 'n', (byte) 0xc3, 27});
        JobSpec spec = Jobs.command(
                RawBytes.utf8(directory.toString()),
                List.of(
                        RawBytes.utf8("sh"),
                        RawBytes.utf8("-c"),
                        RawBytes.utf8("cat /proc/$$/cmdline; tr '\\0' '|' < /proc/$$/environ"),
                        odd,
                        RawBytes.utf8("")));
        List<RawBytes> environment = List.of(Jobs.PATH.getFirst(), new RawBytes("X=" + odd.latin1()));
        Token token = QLaunch.token();
        launch.link().start(token, new JobId(1), spec, environment, out());
        launch.await(LaunchEvent.Exited.class, token);
        String written = Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1);
        assertThat(written).endsWith("\0" + odd.latin1() + "\0\0" + Jobs.PATH.getFirst() + "|X=" + odd.latin1() + "|");
    }

    @Test
    void takesTheLongestArgumentAndAMegabyteOfThem() throws IOException {
        var words = new ArrayList<>(List.of("sh", "-c", "echo $# ${#8}", "sh"));
        words.addAll(Collections.nCopies(8, "x".repeat(131_071)));
        Token token = Jobs.start(launch, directory, words.toArray(String[]::new));
        launch.await(LaunchEvent.Exited.class, token);
        assertThat(directory.resolve("out")).hasContent("8 131071\n");
    }

    /** The descriptor 3 is the directory that ls reads. */
    @Test
    void leavesAJobNothingOfOurs() throws IOException {
        Token token = Jobs.start(
                launch,
                directory,
                "sh",
                "-c",
                "echo $(ls /proc/self/fd); grep -E 'Sig(Blk|Ign)' /proc/self/status; umask; readlink /proc/$$/fd/0;"
                        + " set -- $(cat /proc/$$/stat); echo $1 $5 $6");
        int pid = launch.await(LaunchEvent.Started.class, token).process().pid();
        launch.await(LaunchEvent.Exited.class, token);
        assertThat(directory.resolve("out"))
                .hasContent("0 1 2 3\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0027\n/dev/null\n" + pid
                        + " " + pid + " " + pid + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("out"))))
                .isEqualTo("rw-------");
    }

    @Test
    void setsTheLimitsOfTheCaller() throws IOException {
        var limits = new ArrayList<>(Collections.nCopies(16, new ResourceLimit(-1, -1)));
        limits.set(4, new ResourceLimit(0, 0));
        limits.set(7, new ResourceLimit(100, 200));
        JobSpec bare = Jobs.command(directory, "sh", "-c", "ulimit -c; ulimit -n; ulimit -Hn");
        JobSpec spec = new JobSpec(
                bare.user(),
                bare.command(),
                bare.directory(),
                bare.environment(),
                bare.umask(),
                limits,
                bare.label(),
                bare.name(),
                bare.resources(),
                bare.after(),
                false);
        launch.await(LaunchEvent.Exited.class, Jobs.start(launch, directory, spec));
        assertThat(directory.resolve("out")).hasContent("0\n100\n200\n");
    }

    @Test
    void saysWhyAJobCouldNotBeStarted() throws IOException {
        assertThat(failure(Jobs.start(launch, directory, "no-such-program")))
                .isEqualTo(new StartFailure(Stage.EXEC, ENOENT));
        Path gone = directory.resolve("gone");
        assertThat(failure(Jobs.start(launch, directory, Jobs.command(gone, "true"))))
                .isEqualTo(new StartFailure(Stage.DIRECTORY, ENOENT));
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(failure(Jobs.start(launch, file, Jobs.command(directory, "true"))))
                .isEqualTo(new StartFailure(Stage.OUTPUT, ENOTDIR));
        Files.createSymbolicLink(directory.resolve("out2"), file);
        Path link = Files.createDirectory(directory.resolve("links"));
        Files.createSymbolicLink(link.resolve("out"), file);
        assertThat(failure(Jobs.start(launch, link, Jobs.command(directory, "true"))))
                .isEqualTo(new StartFailure(Stage.OUTPUT, ELOOP));
    }

    @Test
    void runsAScriptWithoutAnInterpreterLineAsAShellDoes() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "exit 9\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Token token = Jobs.start(launch, directory, script.toString());
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(9));
    }

    @Test
    void removesTheRecordOnceTheExitIsInTheJournal() {
        Token token = Jobs.start(launch, directory, "true");
        Path record = QLaunch.state(directory).resolve("run").resolve(token.toString());
        launch.await(LaunchEvent.Exited.class, token);
        assertThat(record).exists();
        launch.link().forget(token);
        launch.await("removal", () -> !Files.exists(record));
    }

    @Test
    void startsATokenOnce() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "echo started; exec sleep 100");
        int first = launch.await(LaunchEvent.Started.class, token).process().pid();
        JobSpec other = Jobs.command(directory, "sh", "-c", "echo again");
        launch.link().start(token, new JobId(7), other, Jobs.PATH, out());
        launch.link().signal(token, 9);
        launch.await(LaunchEvent.Empty.class, token);
        launch.link().start(token, new JobId(7), other, Jobs.PATH, out());
        launch.link().adopt(QLaunch.token());
        launch.await(LaunchEvent.Gone.class::isInstance);
        assertThat(directory.resolve("out")).hasContent("started\n");
        assertThat(first).isPositive();
    }

    private RawBytes out() {
        return RawBytes.utf8(directory.resolve("out").toString());
    }

    private StartFailure failure(Token token) {
        return launch.await(LaunchEvent.NotStarted.class, token).failure();
    }
}
