package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that the first version's q-launch has started go on under this one. {@code q-launch-1.tar.gz} is that version's
 * source as it was; it is built here.
 */
@Timeout(180)
class OlderSupervisorTest {
    private static final byte[] HELLO_1 = {1, 0, 0, 0, 1, 1};

    @TempDir
    Path directory;

    private Path older;

    @BeforeEach
    void build() throws IOException {
        Path archive = directory.resolve("q-launch-1.tar.gz");
        try (var in = OlderSupervisorTest.class.getResourceAsStream("q-launch-1.tar.gz")) {
            Files.copy(java.util.Objects.requireNonNull(in), archive);
        }
        Path sources = Files.createDirectory(directory.resolve("sources"));
        assertThat(new ProcessBuilder("tar", "xzf", archive.toString(), "-C", sources.toString())
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
        older = directory.resolve("q-launch-1");
        assertThat(OwnBuild.of(older, sources, "-Wno-error")).isEmpty();
    }

    /** As the first version's daemon would have started it; both are then killed. */
    private Token startedByTheOlder(String script) throws Exception {
        Token token = QLaunch.token();
        var frames = new ByteArrayOutputStream();
        frames.write(HELLO_1);
        frames.write(Orders.start(
                Orders.OLDEST,
                token,
                new JobId(7),
                Jobs.command(directory, "sh", "-c", script),
                Jobs.PATH,
                RawBytes.utf8(directory.resolve("out").toString()),
                new StartTerms(0, false),
                Optional.empty()));
        Files.write(directory.resolve("frames"), frames.toByteArray());
        Process launcher = new ProcessBuilder(
                        older.toString(), "--state", QLaunch.state(directory).toString(), "--foreground")
                .command(
                        older.toString(),
                        "--state",
                        QLaunch.state(directory).toString(),
                        "--foreground",
                        "--daemon",
                        "/bin/sh",
                        "--",
                        "-c",
                        "echo $$ > \"$0/daemon\"; cat \"$0/frames\" >&0; exec sleep 1000",
                        directory.toString())
                .inheritIO()
                .start();
        until(directory.resolve("up"));
        long daemon =
                Long.parseLong(Files.readString(directory.resolve("daemon")).strip());
        launcher.destroyForcibly().onExit().join();
        ProcessHandle.of(daemon).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        return token;
    }

    private static void until(Path file) throws InterruptedException {
        for (int i = 0; !Files.exists(file); i++) {
            assertThat(i).as("waiting for " + file).isLessThan(6000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void itsRunningJobIsAdoptedAndItsEndIsTold() throws Exception {
        Token token = startedByTheOlder("touch up; until [ -e go ]; do sleep 0.01; done; exit 42");
        try (QLaunch launch = QLaunch.in(directory)) {
            launch.link().adopt(token);
            launch.await(LaunchEvent.Started.class, token);
            Files.createFile(directory.resolve("go"));
            assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(42));
            launch.await(LaunchEvent.Empty.class, token);
            launch.link().forget(token);
            launch.await(
                    "no record",
                    () -> Files.notExists(
                            QLaunch.state(directory).resolve("run").resolve(token.toString())));
        }
    }

    @Test
    void itsRunningJobCanBeSignalled() throws Exception {
        Token token = startedByTheOlder("touch up; exec sleep 1000");
        try (QLaunch launch = QLaunch.in(directory)) {
            launch.link().adopt(token);
            launch.await(LaunchEvent.Started.class, token);
            launch.link().signal(token, 15);
            assertThat(launch.await(LaunchEvent.Exited.class, token).status())
                    .isEqualTo(new ExitStatus.Killed(15, false));
        }
    }

    @Test
    void anEndThatNobodySawIsTold() throws Exception {
        Token token = startedByTheOlder("touch up; until [ -e go ]; do sleep 0.01; done; touch over; exit 9");
        Files.createFile(directory.resolve("go"));
        until(directory.resolve("over"));
        try (QLaunch launch = QLaunch.in(directory)) {
            launch.link().adopt(token);
            assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(9));
        }
    }
}
