package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that is not there, comes, is exchanged, or hangs. */
@Timeout(120)
class DriverIT {
    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private void untilAGpuJobRuns() {
        Sandbox.until(
                "a job for a GPU is taken", () -> box.sh("q run --gpu true").status() == 0);
        int last = (int) box.json("q list --all --json").list("jobs").stream()
                .mapToLong(job -> job.number("id"))
                .max()
                .orElseThrow();
        assertThat(box.sh("q wait " + last).status()).isZero();
    }

    @Test
    void withoutOneGpuJobsAreRefusedWithTheReason() {
        Result refused = box.sh("q run --gpu true");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .startsWith("q: no GPU can be used on this machine: ")
                .contains("\n  'q demo'");
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
        assertThat(box.json("q gpu --json").list("gpus")).isEmpty();
    }

    @Test
    void oneThatComesLaterIsFound() throws IOException {
        Simulation machine = box.simulate(1);
        machine.replace("driver", "driver state=absent");
        assertThat(box.sh("q run --gpu true").status()).isEqualTo(1);
        machine.replace("driver", "driver version=580.159.04 cuda=13000");
        untilAGpuJobRuns();
    }

    @Test
    void aLibraryThatComesLaterIsFound() throws IOException {
        box.simulate(1);
        box.set("GPUQ_NVML", box.directory().resolve("libnvidia-ml.so.1").toString());
        assertThat(box.sh("q run --gpu true").status()).isEqualTo(1);
        Files.copy(Sandbox.SIMULATOR, box.directory().resolve("libnvidia-ml.so.1"));
        untilAGpuJobRuns();
    }

    @Test
    void oneThatIsReloadedIsFoundAgainAndHarmsNoJob() throws IOException {
        Simulation machine = box.simulate(1);
        int job = box.run("--gpu sh -c 'while [ ! -e go ]; do sleep 0.05; done'");
        box.untilState(job, "running");
        machine.replace("driver", "driver version=590.1 generation=2");
        Sandbox.until(
                "the new driver is seen", () -> box.daemon().text("driver").startsWith("590.1"));
        assertThat(box.gpu(0).number("job")).isEqualTo(job);
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
    }

    @Test
    void anUpgradeUnderneathMakesGpuJobsWaitWithTheReason() throws IOException {
        Simulation machine = box.simulate(1);
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
        machine.replace("driver", "driver version=590.1 generation=2 state=mismatch");
        Sandbox.until("the mismatch is seen", () -> !box.daemon().text("driver").startsWith("580"));
        int waiting = box.run("--gpu true");
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
        assertThat(box.state(waiting)).isEqualTo("queued");
        assertThat(box.job(waiting).text("reason")).containsIgnoringCase("driver");
        machine.replace("driver", "driver version=590.1 generation=2");
        assertThat(box.sh("q wait " + waiting).status()).isZero();
    }

    @Test
    void oneThatHangsHoldsUpGpuJobsAlone() throws IOException {
        box.configure("[poll]\nmax_age = \"2s\"");
        Simulation machine = box.simulate(2);
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
        machine.add("delay call=nvmlDeviceGetMemoryInfo_v2 ms=60000");
        Sandbox.until("the readings are old", () -> box.gpu(0).text("state").equals("unknown"));
        int waiting = box.run("--gpu true");
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
        assertThat(box.state(waiting)).isEqualTo("queued");
        assertThat(box.job(waiting).text("reason"))
                .doesNotContain("about to start")
                .isNotEqualTo("null");
        assertThat(box.ok("q list")).contains(box.job(waiting).text("reason"));
        machine.remove(line -> line.startsWith("delay"));
        assertThat(box.sh("q wait " + waiting).status()).isZero();
    }
}
