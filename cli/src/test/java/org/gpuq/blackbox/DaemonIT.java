package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starting and stopping, and a state directory that is not as it should be. */
@Timeout(180)
class DaemonIT {
    private static final int NO_DAEMON = 5;

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private byte[] bytes(String file) throws IOException {
        return Files.readAllBytes(box.queue().resolve(file));
    }

    @Test
    void manyFirstCallsStartOneDaemon() {
        String ids = box.ok("for i in $(seq 20); do q run true & done; wait");
        assertThat(ids.lines().map(Integer::parseInt).distinct()).hasSize(20);
        assertThat(box.sh("q wait $(seq 0 19)").status()).isZero();
        Sandbox.until(
                "one launcher and one daemon are left", () -> box.processes().size() == 2);
    }

    @Test
    void stoppingAndCallingRightAfterIsFine() {
        box.run("true");
        for (int i = 1; i <= 10; i++) {
            Result result = box.sh("q daemon stop 2>/dev/null; q run true");
            assertThat(result).isEqualTo(new Result(0, i + "\n", ""));
        }
        assertThat(box.sh("q wait $(seq 0 10)").status()).isZero();
    }

    @Test
    void jobsGoOnWhileItIsStopped() {
        int job = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done; echo done > done; exit 6'");
        int next = box.run("true");
        box.untilState(job, "running");
        assertThat(box.sh("q daemon stop").status()).isZero();
        Sandbox.until("it has stopped", () -> box.sh("q daemon status").status() == NO_DAEMON);
        box.ok("touch go");
        Sandbox.until("the job has ended", () -> !box.text("done").isEmpty());
        assertThat(box.sh("q daemon status").status()).isEqualTo(NO_DAEMON);
        assertThat(box.sh("q wait " + job).status()).isEqualTo(6);
        assertThat(box.sh("q wait " + next).status()).isZero();
    }

    @Test
    void whoWaitsWhileItIsStoppedIsToldAndGoesOnWithTheNext() {
        int job = box.run("sleep 100");
        box.untilState(job, "running");
        Sandbox.Running waiting = box.start("q wait " + job);
        Sandbox.Running following = box.start("q logs -f " + job);
        Sandbox.until(
                "they wait",
                () -> box.processes().stream()
                                .filter(process -> Sandbox.command(process).matches("q (wait|logs) .*"))
                                .count()
                        == 2);
        assertThat(box.sh("q daemon stop").status()).isZero();
        assertThat(following.end().status()).isEqualTo(NO_DAEMON);
        assertThat(following.err()).startsWith("q: ");
        Sandbox.until("who waits is told", () -> waiting.err().startsWith("q: The daemon has ended."));
        box.ok("q cancel " + job);
        assertThat(waiting.end().status()).isEqualTo(143);
    }

    @Test
    void aSecondOneOnTheSameDirectoryIsRefused() {
        box.run("true");
        Json first = box.daemon();
        Result second = box.sh("q-launch --state $GPUQ_DIR --daemon $(dirname $(command -v q-launch))/qd --foreground"
                + " -- --state $GPUQ_DIR --socket $GPUQ_DIR/q.sock");
        assertThat(second.status()).isEqualTo(NO_DAEMON);
        assertThat(second.err()).contains("another q-launch (pid " + first.text("launcher_pid") + ")");
        assertThat(box.daemon().text("pid")).isEqualTo(first.text("pid"));
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        Path socket = box.queue().resolve("q.sock");
        try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            gone.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        assertThat(box.ok("q run true")).isEqualTo("0");
    }

    @Test
    void aForeignFileInTheSocketsPlaceIsNotDeleted() throws IOException {
        Files.writeString(box.queue().resolve("q.sock"), "my thesis\n");
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("q.sock");
        assertThat(box.text("queue/q.sock")).isEqualTo("my thesis\n");
        Files.delete(box.queue().resolve("q.sock"));
        assertThat(box.ok("q run true")).isEqualTo("0");
    }

    @Test
    void aCorruptDatabaseIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(box.queue().resolve("journal.db"), "this is no database ".repeat(500));
        byte[] before = bytes("journal.db");
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("journal.db");
        assertThat(bytes("journal.db")).isEqualTo(before);
    }

    @Test
    void aDamagedDatabaseIsRefusedAndLeftAlone() throws IOException {
        for (int i = 0; i < 3; i++) {
            box.ended(box.run("true"));
        }
        box.sh("q daemon stop");
        Sandbox.until("it has stopped", () -> box.processes().isEmpty());
        Path database = box.queue().resolve("journal.db");
        byte[] content = Files.readAllBytes(database);
        for (int i = 4096; i < content.length; i++) {
            content[i] ^= 0x5a;
        }
        Files.write(database, content);
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("journal.db");
        assertThat(bytes("journal.db")).isEqualTo(content);
    }

    @Test
    void aNewerDatabaseIsRefusedAndLeftAlone() throws IOException {
        box.ended(box.run("true"));
        box.sh("q daemon stop");
        Sandbox.until("it has stopped", () -> box.processes().isEmpty());
        // SQLite's user_version: bytes 60 to 63 of the header.
        Path database = box.queue().resolve("journal.db");
        assertThat(box.queue().resolve("journal.db-wal")).doesNotExist();
        byte[] content = Files.readAllBytes(database);
        content[62] = 99;
        Files.write(database, content);
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("journal.db").containsIgnoringCase("newer");
        assertThat(bytes("journal.db")).isEqualTo(content);
    }

    @Test
    void aWrongConfigurationIsSaid() throws IOException {
        box.configure("[jobs]\nslot = 3");
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("gpuq.toml", "slot", "slots");
        box.configure("[jobs]\nslots = 3");
        assertThat(box.ok("q run true")).isEqualTo("0");
        assertThat(box.ok("q daemon config")).contains("jobs.slots = 3");
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsRefused() {
        box.ok("chmod 777 queue");
        Result result = box.sh("q run true");
        assertThat(result.status()).isEqualTo(NO_DAEMON);
        assertThat(result.err()).startsWith("q: ").contains("queue", "chmod 700");
        box.ok("chmod 700 queue");
    }

    @Test
    void aBackupIsAQueueOfItsOwn() {
        box.ended(box.run("sh -c 'exit 7'"));
        box.sh("q daemon backup copy.db");
        assertThat(box.sh("q daemon backup copy.db").err()).contains("copy.db is there already");
        box.ended(box.run("true"));
        assertThat(box.ok("stat -c %a copy.db")).isEqualTo("600");
        box.sh("q daemon stop");
        Sandbox.until("it has stopped", () -> box.processes().isEmpty());
        box.ok("mv copy.db queue/journal.db");
        assertThat(box.json("q list --all --json").list("jobs")).hasSize(1);
        assertThat(box.job(0).number("exit_code")).isEqualTo(7);
    }

    @Test
    void theOutputGoesWithTheJobAndNothingElseDoes() throws IOException {
        box.configure("[jobs]\nkeep_ended = 2\n[logs]\nremove_forgotten = true");
        for (int i = 0; i < 2; i++) {
            box.ended(box.run("sh -c 'echo out; echo err >&2'"));
        }
        box.ok("touch queue/logs/0.log queue/logs/0-12345678.log; mkdir own");
        box.ok("cd own; TMPDIR=$PWD q -E echo kept");
        box.ended(2);
        String own = box.ok("ls own");
        assertThat(own).contains("ts-out.");
        for (int i = 3; i < 8; i++) {
            box.ended(box.run("echo out"));
        }
        Sandbox.until(
                "two jobs' outputs are left",
                () -> box.ok("ls queue/logs/*-*.log").lines().count() == 3);
        assertThat(box.json("q list --all --json").list("jobs")).hasSize(2);
        assertThat(box.ok("q logs 7")).isEqualTo("out");
        assertThat(box.ok("ls own")).isEqualTo(own);
        assertThat(box.ok("ls queue/logs")).contains("0.log", "0-12345678.log");
    }

    @Test
    void nothingStartsOnADiskThatIsNearlyFull() {
        assumeTrue(
                box.sh("mount -t tmpfs -o size=20m,mode=700 gpuq-it $PWD/queue").status() == 0,
                "only root can mount a small file system");
        try {
            box.ok("printf '[metrics]\\nport = 0\\n[disk]\\nmin_free = \"8MiB\"\\n' > queue/gpuq.toml");
            int before = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done'");
            box.untilState(before, "running");
            box.ok("head -c 13000000 /dev/zero > queue/filler");
            Sandbox.until(
                    "it says so", () -> box.job(box.run("true")).text("reason").contains("disk.min_free"));
            assertThat(box.state(before)).isEqualTo("running");
            box.ok("rm queue/filler; touch go");
            assertThat(box.sh("q wait " + before + " " + (before + 1)).status()).isZero();
        } finally {
            box.sh("q daemon stop");
            Sandbox.until("it has stopped", () -> box.processes().isEmpty());
            box.sh("umount $PWD/queue");
        }
    }

    @Test
    void aFullDiskRefusesTheSubmissionAndItGoesOnWithRoom() {
        assumeTrue(
                box.sh("mount -t tmpfs -o size=3m,mode=700 gpuq-it $PWD/queue").status() == 0,
                "only root can mount a small file system");
        try {
            box.ok("printf '[metrics]\\nport = 0\\n[disk]\\nmin_free = \"0B\"\\n' > queue/gpuq.toml");
            int before = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done'");
            box.untilState(before, "running");
            int listed = box.json("q list --all --json").list("jobs").size();
            box.sh("cat /dev/zero > queue/filler");
            Result refused = box.sh("for i in 1 2 3 4 5 6 7 8; do q run true $(head -c 100000 /dev/zero | tr '\\0' x)"
                    + " || exit; done");
            int taken = (int) refused.out().lines().count();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .startsWith("q: ")
                    .containsIgnoringCase("disk")
                    .contains("\n  ");
            assertThat(box.json("q list --all --json").list("jobs")).hasSize(listed + taken);
            assertThat(box.state(before)).isEqualTo("running");
            box.ok("rm queue/filler; touch go");
            assertThat(box.sh("q wait " + before).status()).isZero();
            int after = box.run("true");
            assertThat(after).isEqualTo(before + taken + 1);
            assertThat(box.sh("q wait " + after).status()).isZero();
        } finally {
            box.sh("q daemon stop");
            Sandbox.until("it has stopped", () -> box.processes().isEmpty());
            box.ok("umount queue");
        }
    }
}
