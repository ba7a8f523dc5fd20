package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time limits and retries, as people meet them. */
@Timeout(180)
class TermsIT {
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
    void eachAttemptIsShownAndHasItsOutput() {
        int job = box.run("--retries 2 --retry-delay 1s sh -c 'echo try $GPUQ_ATTEMPT; exit $((2 - GPUQ_ATTEMPT))'");
        assertThat(box.sh("q wait " + job).status()).isZero();
        assertThat(box.job(job).list("attempts")).hasSize(1);
        assertThat(box.job(job).list("attempts").getFirst().number("exit_code")).isEqualTo(1);
        assertThat(box.ok("q logs --attempt 1 " + job)).isEqualTo("try 1");
        assertThat(box.ok("q logs " + job)).isEqualTo("try 2");
        assertThat(box.ok("q show " + job)).contains("attempt 1  exited with code 1");
    }

    @Test
    void aTimeLimitHoldsAcrossAKillOfTheDaemon() {
        int job = box.run(
                "--time 4s --signal USR1@3s bash -c 'trap \"touch warned\" USR1; while :; do sleep 0.05; done'");
        box.untilState(job, "running");
        ProcessHandle.of(box.daemon().number("pid")).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(box.sh("q wait " + job).status()).isNotZero();
        while (box.state(job).equals("running")) {
            box.sh("q wait " + job); // the daemon died under the first one
        }
        assertThat(box.job(job).text("state")).isEqualTo("failed");
        assertThat(box.job(job).text("reason")).startsWith("ran longer than it was allowed to");
        assertThat(box.directory().resolve("warned")).exists();
    }
}
