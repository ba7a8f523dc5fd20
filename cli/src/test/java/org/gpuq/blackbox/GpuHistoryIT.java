package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the queue tells of a GPU's past and of a job's start, and why it chose the GPUs it did. */
@Timeout(180)
class GpuHistoryIT {
    private static final String HOLD = "sh -c 'while [ ! -e go ]; do sleep 0.05; done'";

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private void untilGpu(int index, String state) {
        Sandbox.until(
                "GPU " + index + " is " + state,
                () -> box.gpu(index).text("state").equals(state));
    }

    @Test
    void aGpusHistoryOutlivesTheDaemon() throws IOException {
        box.simulate(1);
        int failed = box.run("--gpu sh -c 'exit 3'");
        box.sh("q wait " + failed);
        untilGpu(0, "free");
        Running outsider = box.start("CUDA_VISIBLE_DEVICES=0 exec gpuq-sim-load 21GiB 300");
        untilGpu(0, "foreign");
        outsider.process().destroy();
        untilGpu(0, "free");
        box.ok("q gpu drain 0 --reason 'loud fan'");
        box.ok("q daemon stop");
        Json history = box.json("q gpu show --json 0").get("gpu").get("history");
        assertThat(history.list("jobs")).singleElement().satisfies(job -> {
            assertThat(job.number("id")).isEqualTo(failed);
            assertThat(job.text("state")).isEqualTo("failed");
            assertThat(job.number("exit_code")).isEqualTo(3);
        });
        assertThat(history.list("changes"))
                .extracting(change -> change.text("what"))
                .containsExactly("drained", "free", "foreign");
        assertThat(history.list("changes").getLast().text("reason"))
                .endsWith(": pid " + outsider.process().pid());
        assertThat(box.ok("q gpu show 0")).contains("had by", "exited with code 3", "change", "loud fan");
    }

    @Test
    void aWaitIsEstimatedFromALimitAndFromWhatRanBefore() throws IOException {
        box.simulate(1);
        int holds = box.run("--gpu --time 1h " + HOLD);
        box.untilState(holds, "running");
        int waits = box.run("--gpu true");
        Json estimate = box.json("q why --json " + waits).get("why").get("estimate");
        assertThat(Duration.between(Instant.now(), Instant.parse(estimate.text("latest"))))
                .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60));
        assertThat(box.ok("q why " + waits)).contains("estimate starts between ");
        box.ok("touch go");
        assertThat(box.sh("q wait " + waits).status()).isZero();
    }

    @Test
    void gpusThatAreJoinedGoTogether() throws IOException {
        Simulation machine = box.simulate(4);
        machine.add("link gpu=0 peer=2 count=4");
        machine.add("link gpu=1 peer=3 count=4");
        int single = box.run("--gpu " + HOLD);
        box.untilState(single, "running");
        int pair = box.run("--gpu 2 true");
        Json job = box.ended(pair);
        assertThat(job.texts("gpus")).containsExactly(Simulation.uuid(1), Simulation.uuid(3));
        assertThat(job.text("placement")).isEqualTo("joined by NVLink");
        assertThat(box.ok("q show " + pair)).contains("chosen     joined by NVLink");
        assertThat(box.ok("q gpu show 0")).contains("NVLink      4 to GPU 2");
        box.ok("touch go");
        assertThat(box.sh("q wait " + single).status()).isZero();
    }
}
