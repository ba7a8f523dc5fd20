package org.gpuq.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How q finds the daemon, starts it, and what it says when there is none. The launcher here is a shell script. */
@Timeout(120)
class StartTest {

    @TempDir
    private Path directory;

    private Relay relay = new Relay(Path.of("/"), Relay.BUILT);

    @BeforeEach
    void install() throws Exception {
        Files.createDirectories(directory.resolve("bin"));
        Files.createDirectories(directory.resolve("libexec/gpuq"));
        relay = new Relay(directory, Files.copy(Relay.BUILT, directory.resolve("bin/q")));
    }

    private void program(String name, String... lines) throws Exception {
        Path program = directory.resolve("libexec/gpuq/" + name);
        Files.writeString(program, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A line that uses a directory of its own, with the daemon in {@code $PWD/own}. */
    private Relay.Result own(String words) throws Exception {
        return relay.run("unset GPUQ_SOCKET; GPUQ_DIR=own exec $Q " + words);
    }

    @Test
    void aNamedDaemonThatIsNotThereIsSaid() throws Exception {
        Relay.Result result = relay.run("exec $Q list");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("No daemon answers at " + relay.socket(), "unset GPUQ_SOCKET");
    }

    @Test
    void stoppingOrAskingDoesNotStartIt() throws Exception {
        program("q-launch", "touch started; echo READY >&3");
        for (String words : new String[] {"daemon stop", "daemon status", "daemon status --json"}) {
            Relay.Result result = own(words);
            assertThat(result.status()).isEqualTo(5);
            assertThat(result.err()).contains("No daemon is running");
        }
        assertThat(directory.resolve("started")).doesNotExist();
        assertThat(directory.resolve("own")).doesNotExist();
    }

    @Test
    void startsItWithAbsolutePathsAndNothingOfTheCallers() throws Exception {
        program(
                "q-launch",
                "(printf '%s\\n' \"$@\"; pwd; umask; ls -l /proc/$$/fd | grep -c -e '-> pipe' -e '/err$' -e '/out$')"
                        + " > " + directory + "/seen",
                "echo no luck today >&3");
        Relay.Result result =
                relay.run("unset GPUQ_SOCKET; true | GPUQ_DIR=own $Q list 9<bin/q; exit ${PIPESTATUS[1]}");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("no luck today");
        String own = directory + "/own";
        assertThat(relay.text("seen").lines())
                .containsExactly(
                        "--state",
                        own,
                        "--daemon",
                        directory + "/libexec/gpuq/qd",
                        "--notify",
                        "3",
                        "--",
                        "--state",
                        own,
                        "--socket",
                        own + "/q.sock",
                        "/",
                        "0077",
                        "1"); // the notify pipe
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("own"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aDaemonThatEndsAtOnceIsSaid() throws Exception {
        program("q-launch", "exit 1");
        Relay.Result result = own("list");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("ended while it started", "own/daemon.log");
    }

    @Test
    void aLauncherThatIsMissingIsSaid() throws Exception {
        Relay.Result result = own("list");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("q-launch: No such file");
    }

    @Test
    void waitsForADaemonThatSomebodyElseStarts() throws Exception {
        program("q-launch", "echo LOCKED 4711 >&3");
        Process q = relay.start("unset GPUQ_SOCKET; GPUQ_DIR=own exec $Q exit 3");
        Relay.until("q has made the directory", () -> Files.exists(directory.resolve("own")));
        try (var daemon = new Daemon(directory.resolve("own/q.sock"))) {
            assertThat(relay.finish(q).status()).isEqualTo(3);
            assertThat(daemon.requests).hasSize(1);
        }
    }

    @Test
    void aTaskSpoolerSocketNamesAQueueOfItsOwn() throws Exception {
        Files.createDirectory(directory.resolve("ts.gpuq"));
        try (var daemon = new Daemon(directory.resolve("ts.gpuq/q.sock"))) {
            assertThat(relay.run("unset GPUQ_SOCKET; TS_SOCKET=$PWD/ts exec $Q exit 4")
                            .status())
                    .isEqualTo(4);
            assertThat(daemon.requests).hasSize(1);
        }
    }

    @Test
    void theUsersOwnDaemonIsInTheRuntimeDirectory() throws Exception {
        assumeTrue(!Files.exists(Path.of("/run/gpuq/q.sock")), "this machine has a shared daemon");
        Files.createDirectory(directory.resolve("gpuq"));
        try (var daemon = new Daemon(directory.resolve("gpuq/q.sock"))) {
            assertThat(relay.run("unset GPUQ_SOCKET; XDG_RUNTIME_DIR=$PWD exec $Q exit 4")
                            .status())
                    .isEqualTo(4);
            assertThat(daemon.requests).hasSize(1);
        }
    }

    @Test
    void refusesASocketOfAnotherUser() throws Exception {
        Files.createDirectory(directory.resolve("own"));
        Path socket = directory.resolve("own/q.sock");
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            assumeTrue(
                    new ProcessBuilder("chown", "65534", socket.toString())
                                    .redirectErrorStream(true)
                                    .start()
                                    .waitFor()
                            == 0,
                    "only root can give a socket to somebody else");
            Relay.Result result = own("list");
            assertThat(result.status()).isEqualTo(5);
            assertThat(result.err()).contains("uid 65534's");
        }
    }

    @Test
    void aPathThatUnixCannotNameIsSaid() throws Exception {
        Relay.Result result = relay.run("unset GPUQ_SOCKET; GPUQ_DIR=/tmp/" + "d".repeat(120) + " exec $Q list");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("107 bytes");
    }

    @Test
    void aDemoIsAProgramOfItsOwn() throws Exception {
        program("demo", "echo \"demo $*\"; exit 6");
        Relay.Result result = relay.run("exec $Q demo a 'b c'");
        assertThat(result.status()).isEqualTo(6);
        assertThat(result.out()).isEqualTo("demo a b c\n");
    }

    @Test
    void endingTheQueueDoesNotStartIt() throws Exception {
        program("q-launch", "touch started; echo READY >&3");
        assertThat(own("-K")).isEqualTo(new Relay.Result(0, "", ""));
        assertThat(own("-L ann -K")).isEqualTo(new Relay.Result(0, "", ""));
        assertThat(directory.resolve("own")).doesNotExist();

        Files.createDirectory(directory.resolve("own"));
        Files.createFile(directory.resolve("own/journal.db"));
        assertThat(own("-K")).isEqualTo(new Relay.Result(0, "", ""));
        assertThat(directory.resolve("own/forget-queue")).exists();
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void whileSomebodyStartsItTheQueueIsEndedByTheDaemon() throws Exception {
        program("q-launch", "echo LOCKED 4711 >&3");
        Files.createDirectory(directory.resolve("own"));
        Files.createFile(directory.resolve("own/journal.db"));
        Process q = relay.start("unset GPUQ_SOCKET; exec 8>own/lock; flock 8; touch locked; GPUQ_DIR=own $Q -K");
        Relay.until("it is locked", () -> Files.exists(directory.resolve("locked")));
        try (var daemon = new Daemon(directory.resolve("own/q.sock"))) {
            assertThat(relay.finish(q).status()).isZero();
            assertThat(daemon.requests.take().arguments().getFirst().text()).isEqualTo("-K");
        }
        assertThat(directory.resolve("own/forget-queue")).doesNotExist();
    }
}
