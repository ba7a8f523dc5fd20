package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A damaged queue, and disks that cannot be written, as a person meets them. */
@Timeout(180)
class StorageIT {
    private static final int NO_DAEMON = 5;
    private static final int PAGE = 4096;

    /** The page on which the row with leases and the next number lies, when there is no more than a few jobs. */
    private static final int LEDGER = 4;

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private void stopDaemon() {
        long pid = box.daemon().number("pid");
        long launcher = box.daemon().number("launcher_pid");
        box.sh("q daemon stop");
        Sandbox.until(
                "it has stopped",
                () -> ProcessHandle.of(pid).isEmpty()
                        && ProcessHandle.of(launcher).isEmpty());
    }

    private void overwrite(int page) throws IOException {
        Path database = box.queue().resolve("journal.db");
        byte[] rubbish = new byte[PAGE];
        Arrays.fill(rubbish, (byte) 0x5a);
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.seek((long) (page - 1) * PAGE);
            file.write(rubbish);
        }
    }

    @Test
    void aDamagedQueueIsSavedOnThePersonsWordAlone() throws IOException {
        int ended = box.run("sh -c 'exit 3'");
        box.ended(ended);
        int running = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done; exit 42'");
        int queued = box.run("sh -c 'echo ran > ran'");
        box.untilState(running, "running");
        stopDaemon();
        overwrite(LEDGER);
        byte[] damaged = Files.readAllBytes(box.queue().resolve("journal.db"));

        Result refused = box.sh("q list");
        assertThat(refused.status()).isEqualTo(NO_DAEMON);
        assertThat(refused.err()).startsWith("q: ").contains("is damaged", "left as it is", "'q daemon salvage'");
        assertThat(box.ok("ls queue | grep journal")).isEqualTo("journal.db");

        Result saved = box.sh("q daemon salvage");
        assertThat(saved.err()).isEmpty();
        assertThat(saved.status()).isZero();
        assertThat(saved.out()).startsWith("Saved 3 jobs. The damaged journal is whole in ");
        String aside = box.ok("ls queue | grep damaged");
        assertThat(Files.readAllBytes(box.queue().resolve(aside))).isEqualTo(damaged);

        assertThat(box.job(ended).number("exit_code")).isEqualTo(3);
        assertThat(box.state(running)).isEqualTo("running");
        assertThat(box.state(queued)).isEqualTo("queued");
        box.ok("touch go");
        assertThat(box.sh("q wait " + running).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + queued).status()).isZero();
        assertThat(box.text("ran")).isEqualTo("ran\n");
        assertThat(box.run("true")).isEqualTo(queued + 1);
    }

    @Test
    void aGoodQueueIsNotTouched() throws IOException {
        box.ended(box.run("true"));
        Result running = box.sh("q daemon salvage");
        assertThat(running.status()).isEqualTo(1);
        assertThat(running.err()).contains("the daemon runs");
        stopDaemon();
        byte[] before = Files.readAllBytes(box.queue().resolve("journal.db"));
        assertThat(box.ok("q daemon salvage")).contains("is not damaged");
        assertThat(Files.readAllBytes(box.queue().resolve("journal.db"))).isEqualTo(before);
        assertThat(box.sh("q daemon status").status()).isEqualTo(NO_DAEMON);
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsSaidAndNothingIsLost() {
        assumeTrue(
                box.sh("mount -t tmpfs -o size=400m,mode=700 gpuq-it $PWD/queue")
                                .status()
                        == 0,
                "only root can mount a file system");
        try {
            box.ok("printf '[metrics]\nport = 0\n' > queue/gpuq.toml");
            box.ended(box.run("sh -c 'exit 4'"));
            stopDaemon();
            box.ok("mount -o remount,ro $PWD/queue");
            for (String words : new String[] {"q run true", "q list", "q daemon salvage"}) {
                Result refused = box.sh(words);
                assertThat(refused.status()).as(words).isNotZero();
                assertThat(refused.err()).as(words).contains("queue").containsIgnoringCase("read-only file system");
            }
            box.ok("mount -o remount,rw $PWD/queue");
            assertThat(box.job(0).number("exit_code")).isEqualTo(4);
            assertThat(box.ok("q run true")).isEqualTo("1");
        } finally {
            box.sh("mount -o remount,rw $PWD/queue; q daemon stop");
            Sandbox.until("it has stopped", () -> box.processes().isEmpty());
            box.sh("umount $PWD/queue");
        }
    }

    /** The queue goes on; the job that could not have an output says why. */
    @Test
    void outputsThatCannotBeWrittenFailTheirJobsAlone() throws IOException {
        assumeTrue(
                box.sh("mkdir outputs && mount -t tmpfs -o ro gpuq-it $PWD/outputs")
                                .status()
                        == 0,
                "only root can mount a file system");
        try {
            box.configure("[logs]\ndirectory = \"" + box.directory().resolve("outputs") + "\"");
            Json job = box.ended(box.run("true"));
            assertThat(job.text("state")).isEqualTo("failed");
            assertThat(job.text("reason")).containsIgnoringCase("read-only");
            box.ok("mount -o remount,rw $PWD/outputs");
            int next = box.run("echo out");
            assertThat(box.sh("q wait " + next).status()).isZero();
            assertThat(box.ok("q logs " + next)).isEqualTo("out");
        } finally {
            box.sh("q daemon stop");
            Sandbox.until("it has stopped", () -> box.processes().isEmpty());
            box.sh("umount $PWD/outputs");
        }
    }
}
