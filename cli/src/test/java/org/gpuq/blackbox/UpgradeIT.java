package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.gpuq.blackbox.FaultIT.Victims;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A new version comes while jobs run: under the q-launch that was there before, and then with its own. */
@Timeout(180)
class UpgradeIT {
    private static final String UNTIL_GO = "sh -c 'echo up; while [ ! -e go ]; do sleep 0.05; done; exit 42'";

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        Path older = box.directory().resolve("older");
        OtherBuild.older(older);
        box.use(older);
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private void untilItHasQLaunch() {
        Sandbox.until(
                "q-launch has answered",
                () -> !box.daemon().text("launcher_pid").equals("null"));
    }

    @Test
    void aNewDaemonRunsUnderTheQLaunchThatWasThereBefore() {
        int job = box.run(UNTIL_GO);
        box.untilState(job, "running");
        untilItHasQLaunch();
        Json before = box.daemon();
        assertThat(before.number("launcher_protocol")).isEqualTo(3);
        assertThat(before.text("supervisors")).isEqualTo("null");

        Victims.DAEMON.kill(before);
        Sandbox.until("it has died", () -> !Victims.DAEMON.alive(before));
        assertThat(box.state(job)).isEqualTo("running");
        untilItHasQLaunch();
        assertThat(box.daemon().number("launcher_pid")).isEqualTo(before.number("launcher_pid"));
        // That one knows of no nice levels, and would hang up on an order with one.
        int next = Integer.parseInt(box.ok("nice -n 5 q run sh -c 'exit 7'"));
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + next).status()).isEqualTo(7);
    }

    @Test
    void itsJobsGoOnUnderTheNewOne() {
        int job = box.run(UNTIL_GO);
        box.untilState(job, "running");
        long pid = box.job(job).number("pid");
        Json before = box.daemon();
        box.sh("q daemon stop");
        Sandbox.until("it has stopped", () -> !Victims.DAEMON_THEN_LAUNCHER.alive(before));

        box.use(Sandbox.distribution());
        assertThat(box.state(job)).isEqualTo("running");
        assertThat(box.job(job).number("pid")).isEqualTo(pid);
        untilItHasQLaunch();
        assertThat(box.daemon().number("launcher_protocol")).isEqualTo(4);
        Sandbox.until(
                "the supervisor is found",
                () -> box.daemon().text("supervisors").equals("1"));
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(42);
    }
}
