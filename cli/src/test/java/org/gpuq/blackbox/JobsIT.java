package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a job gets, and what is known of it afterwards. */
@Timeout(120)
class JobsIT {
    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.configure("[jobs]\nslots = 2");
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    /** What a job printed. */
    private static String output(int id) {
        box.ended(id);
        return box.ok("q logs " + id);
    }

    @Test
    void argumentsArriveByteForByte() {
        int id = box.run(
                "sh -c 'for a; do printf \"%s|\" \"$a\"; done' _ $'\\xff\\x01\\xe9' '' 'a  b' $'x\\ny' '$(id)' -f");
        assertThat(output(id)).isEqualTo("\u00ff\u0001\u00e9||a  b|x\ny|$(id)|-f|");
    }

    @Test
    void theEnvironmentArrivesByteForByte() {
        int id = Integer.parseInt(box.ok("env ODD=$'\\xfe\\n\\x80' EMPTY= $'N\\xc3=1' q run env -0"));
        String[] entries = output(id).split("\0");
        assertThat(entries)
                .contains("ODD=\u00fe\n\u0080", "EMPTY=", "N\u00c3=1", "GPUQ_JOB_ID=" + id, "HOME=" + box.directory());
        assertThat(entries).noneMatch(entry -> entry.startsWith("GPUQ_NOTIFY") || entry.startsWith("GPUQ_LAUNCHER"));
    }

    @Test
    void aDirectoryWithAnOddNameIsEntered() {
        int id = Integer.parseInt(box.ok("d=$'odd \\xff\\n'; mkdir \"$d\"; cd \"$d\"; q run sh -c 'touch here; pwd'"));
        assertThat(output(id)).isEqualTo(box.directory() + "/odd \u00ff");
        assertThat(box.ok("ls odd*")).isEqualTo("here");
    }

    @Test
    void anotherDirectoryCanBeNamed() {
        box.ok("mkdir -p elsewhere");
        assertThat(output(box.run("--cwd elsewhere pwd"))).isEqualTo(box.directory() + "/elsewhere");
    }

    @Test
    void aJobWithoutGpusKeepsTheCallersDevices() {
        String print = "sh -c 'echo \"${CUDA_VISIBLE_DEVICES-unset} ${CUDA_DEVICE_ORDER-unset}\"'";
        assertThat(output(Integer.parseInt(box.ok("CUDA_VISIBLE_DEVICES=2,3 q run " + print))))
                .isEqualTo("2,3 unset");
        assertThat(output(box.run(print))).isEqualTo("unset unset");
    }

    @Test
    void theCallersUmaskAndLimitsHold() {
        int id = Integer.parseInt(
                box.ok("umask 027; ulimit -S -n 99; ulimit -c 0; q run sh -c 'umask; ulimit -n; ulimit -c'"));
        assertThat(output(id)).isEqualTo("0027\n99\n0");
    }

    @Test
    void standardInputIsEmptyAndNothingElseIsOpen() {
        // ls itself opens the directory it lists.
        assertThat(output(box.run("sh -c 'wc -c; ls /proc/self/fd | tr \"\\n\" \" \"'")))
                .isEqualTo("0\n0 1 2 3");
    }

    @Test
    void theOutputIsTheCallersAlone() throws IOException {
        int id = box.run("sh -c 'umask 0; echo private'");
        Path log = Path.of(box.ended(id).text("output"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(log)).isEqualTo("private\n");
    }

    @Test
    void waitReturnsTheJobsOwnCode() {
        for (int code : new int[] {0, 1, 77, 255}) {
            assertThat(box.sh("q wait " + box.run("sh -c 'exit " + code + "'")).status())
                    .isEqualTo(code);
        }
        int killed = box.run("sh -c 'kill -9 $$'");
        assertThat(box.sh("q wait " + killed).status()).isEqualTo(137);
        assertThat(box.job(killed).number("signal")).isEqualTo(9);
        assertThat(box.job(killed).text("exit_code")).isEqualTo("null");
    }

    @Test
    void theForegroundReturnsTheJobsOwnCode() {
        assertThat(box.sh("echo typed | q run -f cat")).isEqualTo(new Result(0, "typed\n", ""));
        assertThat(box.sh("q run -f sh -c 'exit 77'").status()).isEqualTo(77);
        assertThat(box.sh("q run -f sh -c 'kill -15 $$'").status()).isEqualTo(143);
        Result missing = box.sh("q run -f no-such-command");
        assertThat(missing.status()).isEqualTo(127);
        assertThat(missing.err()).contains("no-such-command", "command not found");
        assertThat(box.sh("q run -f /etc/passwd").status()).isEqualTo(126);
    }

    @Test
    void aCommandThatIsNotThereFailsAndSaysSo() {
        int id = box.run("no-such-command x");
        Result waited = box.sh("q wait " + id);
        assertThat(waited.status()).isEqualTo(127);
        assertThat(box.state(id)).isEqualTo("failed");
        assertThat(box.ok("q show " + id)).contains("command not found");
    }

    @Test
    void aFailedJobsSheetEndsWithItsLastLines() {
        int id = box.run("sh -c 'seq 1 100; echo it broke >&2; exit 3'");
        box.ended(id);
        String sheet = box.ok("q show " + id);
        assertThat(sheet).startsWith("job " + id + "  failed 3").endsWith("\n99\n100\nit broke");
        assertThat(sheet).doesNotContain("\n42\n");
    }

    @Test
    void followingEndsWithTheJob() {
        int id = box.run("sh -c 'echo one; while [ ! -e go ]; do sleep 0.05; done; echo two'");
        Running follower = box.start("q logs -f " + id);
        Sandbox.until("the first line is there", () -> follower.out().equals("one\n"));
        assertThat(follower.process().isAlive()).isTrue();
        box.ok("touch go");
        assertThat(follower.end()).isEqualTo(new Result(0, "one\ntwo\n", ""));
    }

    @Test
    void oneAfterTheOtherOnlyWhenAllSucceeded() {
        int first = box.run("sh -c 'while [ ! -e first ]; do sleep 0.05; done'");
        int second = box.run("--after " + first + " test -e first");
        int failing = box.run("--after " + second + " false");
        int skipped = box.run("--after " + first + "," + failing + " touch never");
        int after = box.run("--after " + skipped + " touch never");
        assertThat(box.state(second)).isEqualTo("queued");
        assertThat(box.job(second).text("reason")).contains("waits for job " + first);
        box.ok("touch first");

        assertThat(box.sh("q wait " + after).status()).isEqualTo(255);
        assertThat(box.state(second)).isEqualTo("finished");
        assertThat(box.state(failing)).isEqualTo("failed");
        assertThat(box.state(skipped)).isEqualTo("skipped");
        assertThat(box.job(skipped).text("reason")).contains("job " + failing);
        assertThat(box.state(after)).isEqualTo("skipped");
        assertThat(box.state(box.run("--after " + failing + " true"))).isEqualTo("skipped");
        assertThat(box.directory().resolve("never")).doesNotExist();
    }

    @Test
    void timesAndUsageAreKept() {
        Json job = box.ended(box.run("--label l --name n sleep 0.1"));
        assertThat(job.text("label")).isEqualTo("l");
        assertThat(job.text("name")).isEqualTo("n");
        assertThat(job.text("submitted")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z");
        assertThat(job.text("started")).isGreaterThanOrEqualTo(job.text("submitted"));
        assertThat(job.text("ended")).isGreaterThan(job.text("started"));
    }
}
