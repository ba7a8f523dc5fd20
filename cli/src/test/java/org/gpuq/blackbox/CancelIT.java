package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taking jobs back. */
@Timeout(120)
class CancelIT {
    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.configure("[jobs]\nslots = 2\n[cancel]\ngrace = \"500ms\"");
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    private static void untilThere(String file) {
        Sandbox.until(file + " is there", () -> !box.text(file).isEmpty());
    }

    @Test
    void aRunningJobIsAskedToEnd() {
        int id = box.run("bash -c 'trap \"echo bye; exit 4\" TERM; echo up > running; while :; do sleep 0.05; done'");
        untilThere("running");
        assertThat(box.sh("q cancel " + id).status()).isZero();
        Json job = box.ended(id);
        assertThat(job.text("state")).isEqualTo("cancelled");
        assertThat(job.number("exit_code")).isEqualTo(4);
        assertThat(box.ok("q logs " + id)).endsWith("bye");
        assertThat(box.sh("q wait " + id).status()).isEqualTo(4);
    }

    @Test
    void whoDoesNotListenIsKilledWithAllDescendants() {
        int id = box.run("bash -c 'trap \"\" TERM; echo $$ > stubborn; "
                + "setsid -f bash -c \"trap \\\"\\\" TERM; echo \\$\\$ > escaped; while :; do sleep 0.05; done\";"
                + " while :; do sleep 0.05; done'");
        untilThere("stubborn");
        untilThere("escaped");
        assertThat(box.sh("q cancel " + id).status()).isZero();
        Json job = box.ended(id);
        assertThat(job.text("state")).isEqualTo("cancelled");
        assertThat(job.number("signal")).isEqualTo(9);
        Sandbox.until(
                "the grandchild is gone",
                () -> ProcessHandle.of(Long.parseLong(box.text("escaped").strip()))
                        .isEmpty());
    }

    @Test
    void aQueuedJobNeverStarts() {
        int one = box.run("sleep 100");
        int two = box.run("sleep 100");
        int waiting = box.run("touch never");
        box.untilState(two, "running");
        assertThat(box.sh("q cancel " + waiting).status()).isZero();
        assertThat(box.state(waiting)).isEqualTo("cancelled");
        assertThat(box.sh("q wait " + waiting).status()).isEqualTo(255);
        assertThat(box.sh("q cancel " + one + " " + two).status()).isZero();
        assertThat(box.ended(one).text("state")).isEqualTo("cancelled");
        assertThat(box.directory().resolve("never")).doesNotExist();
    }

    @Test
    void anEndedJobIsRefused() {
        int id = box.run("true");
        box.ended(id);
        Result result = box.sh("q cancel " + id);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).startsWith("q: ").contains("job " + id);
    }

    @Test
    void aForegroundJobIsReachedToo() {
        Sandbox.Running q = box.start("q run --label fg -f sleep 100");
        Sandbox.until(
                "it runs",
                () -> box.ok("q list").contains("\trunning\t")
                        && box.ok("q list").contains("\tfg\t"));
        String line = box.ok("q list | grep -P '\\tfg\\t' | cut -f 1");
        box.untilState(Integer.parseInt(line), "running");
        assertThat(box.sh("q cancel " + line).status()).isZero();
        assertThat(q.end().status()).isEqualTo(143);
        assertThat(box.state(Integer.parseInt(line))).isEqualTo("cancelled");
    }
}
