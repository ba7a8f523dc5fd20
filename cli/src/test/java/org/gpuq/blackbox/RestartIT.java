package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.gpuq.blackbox.FaultIT.Victims;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a daemon says of those before it that died, and what it does when the ground is taken from under it. */
@Timeout(300)
class RestartIT {
    private static final String UNTIL_GO =
            "sh -c 'echo up; while [ ! -e go ]; do sleep 0.05; done; echo over; exit 42'";

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    @Test
    void statusTellsOfTheLastCrash() {
        box.run("true");
        Json first = box.daemon();
        assertThat(first.text("last_crash")).isEqualTo("null");
        assertThat(first.number("journal_bytes")).isPositive();
        assertThat(first.number("supervisors")).isBetween(0L, 1L);
        assertThat(first.number("launcher_protocol")).isEqualTo(4);

        int job = box.run(UNTIL_GO);
        box.untilState(job, "running");
        assertThat(box.daemon().number("supervisors")).isEqualTo(1);

        Json crash = crashed(Victims.DAEMON);
        assertThat(crash.text("who")).isEqualTo("daemon");
        assertThat(crash.text("how")).isEqualTo("signal 9");
        assertThat(crashed(Victims.LAUNCHER).text("who")).isEqualTo("launcher");
        assertThat(crashed(Victims.DAEMON_THEN_LAUNCHER).text("who")).isEqualTo("both");
        assertThat(box.ok("q daemon status")).contains("last crash  20", "the daemon and q-launch", "supervisors 1");

        // A stop is none, and what was before is not forgotten.
        box.sh("q daemon stop");
        box.ok("touch go");
        Sandbox.until("it has stopped", () -> box.processes().isEmpty());
        box.run("true");
        assertThat(box.daemon().get("last_crash").text("who")).isEqualTo("both");
    }

    private Json crashed(Victims victims) {
        Json daemon = box.daemon();
        victims.kill(daemon);
        Sandbox.until("it has died", () -> !victims.alive(daemon));
        // The pair that is dying may still answer.
        Sandbox.until("another pair answers", () -> {
            Result status = box.sh("q list > answer 2>&1; q daemon status --json");
            return status.status() == 0 && isNext(Json.of(status.out()).get("daemon"), daemon);
        });
        return box.daemon().get("last_crash");
    }

    private static boolean isNext(Json now, Json before) {
        return now.number("pid") != before.number("pid")
                && !now.text("launcher_pid").equals("null");
    }

    @Test
    void aDaemonWhoseDirectoryIsRemovedEnds() {
        int job = box.run("sh -c 'echo up > up; while [ ! -e go ]; do sleep 0.05; done; echo over > over'");
        box.untilState(job, "running");
        long daemon = box.daemon().number("pid");
        long launcher = box.daemon().number("launcher_pid");
        box.ok("rm -r queue");
        Sandbox.until(
                "both have ended",
                () -> ProcessHandle.of(daemon).isEmpty()
                        && ProcessHandle.of(launcher).isEmpty());
        assertThat(box.text("over")).isEmpty();
        box.ok("touch go");
        Sandbox.until("the job went on", () -> box.text("over").equals("over\n"));
        assertThat(box.ok("q run true")).isEqualTo("0");
    }

    @Test
    void aDaemonWhoseSocketIsRemovedMakesAnother() {
        int job = box.run(UNTIL_GO);
        box.untilState(job, "running");
        Running waiting = box.start("q wait " + job);
        Sandbox.until(
                "it waits",
                () -> box.processes().stream()
                        .anyMatch(process -> Sandbox.command(process).equals("q wait " + job)));
        box.ok("rm queue/q.sock");
        Sandbox.until("there is another", () -> Files.exists(box.queue().resolve("q.sock")));
        assertThat(box.state(job)).isEqualTo("running");
        assertThat(List.of(box.daemon().text("last_crash"))).containsExactly("null");
        box.ok("touch go");
        assertThat(waiting.end().status()).isEqualTo(42);
    }
}
