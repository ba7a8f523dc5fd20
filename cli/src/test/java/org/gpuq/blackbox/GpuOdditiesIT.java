package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What drivers, other people and the kernel do to a queue now and then; each goes by, and the GPUs are used again. */
@Timeout(180)
class GpuOdditiesIT {
    private static final String HOLD = "sh -c 'while [ ! -e go ]; do sleep 0.05; done; exit 7'";
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

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
        untilGpu(box, index, state);
    }

    private static void untilGpu(Sandbox box, int index, String state) {
        Sandbox.until(
                "GPU " + index + " is " + state,
                () -> box.gpu(index).text("state").equals(state));
    }

    private void aJobRuns() {
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
    }

    @Test
    void pidsThatCannotBeAreNobody() throws IOException {
        Simulation machine = box.simulate(1);
        machine.add("process gpu=0 pid=0 memory=0B stale=true");
        machine.add("process gpu=0 pid=4294967295 memory=0B stale=true");
        aJobRuns();
        untilGpu(0, "free");
        assertThat(box.gpu(0).list("processes")).isEmpty();
    }

    @Test
    void unifiedMemoryIsTheMachines() throws IOException {
        Simulation machine = box.simulate(1);
        machine.replace("gpu index=0", "gpu index=0 uuid=" + Simulation.uuid(0) + " name=\"NVIDIA GB10\" unified=true");
        untilGpu(0, "free");
        assertThat(box.gpu(0).number("memory_total")).isGreaterThan(1L << 28);
        assertThat(box.gpu(0).number("memory_used")).isZero();
        Running outsider = box.start("exec gpuq-sim-load 1GiB 300");
        untilGpu(0, "foreign");
        assertThat(box.gpu(0).number("memory_used")).isEqualTo(1L << 30);
        int waiting = box.run("--gpu true");
        assertThat(box.state(waiting)).isEqualTo("queued");
        outsider.process().destroy();
        assertThat(box.sh("q wait " + waiting).status()).isZero();
        machine.replace("gpu index=0", "gpu index=0 uuid=" + Simulation.uuid(0) + " name=\"NVIDIA Thor\" unified=zero");
        aJobRuns();
    }

    @Test
    void permissionThatIsLostSetsThatGpuAsideAlone() throws IOException {
        Simulation machine = box.simulate(2);
        aJobRuns();
        for (String call : new String[] {
            "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetMemoryInfo_v2"
        }) {
            machine.add("fault call=" + call + " gpu=0 code=4");
            Sandbox.until(
                    "GPU 0 is not free",
                    () -> !java.util.List.of("free", "leased", "cooldown")
                            .contains(box.gpu(0).text("state")));
            assertThat(box.gpu(0).text("reason")).as(call).isNotEqualTo("null");
            assertThat(box.ended(box.run("--gpu true")).texts("gpus")).containsExactly(Simulation.uuid(1));
            machine.remove(line -> line.startsWith("fault"));
            untilGpu(0, "free");
        }
    }

    @Test
    void anUpgradeUnderARunningJobLeavesItAloneAndItsGpuIsUsedAfterwards() throws IOException {
        Simulation machine = box.simulate(1);
        int job = box.run("--gpu " + HOLD);
        box.untilState(job, "running");
        machine.replace("driver", "driver version=590.1 generation=2 state=mismatch");
        Sandbox.until(
                "the mismatch is seen",
                () -> box.daemon().text("driver").contains("18")
                        || !box.daemon().text("driver").startsWith("580"));
        int waiting = box.run("--gpu true");
        assertThat(box.job(waiting).text("reason")).containsIgnoringCase("driver");
        assertThat(box.state(job)).isEqualTo("running");
        machine.replace("driver", "driver version=590.1 generation=2");
        Sandbox.until("the new one is seen", () -> box.daemon().text("driver").startsWith("590"));
        assertThat(box.gpu(0).number("job")).isEqualTo(job);
        assertThat(box.state(waiting)).isEqualTo("queued");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(7);
        assertThat(box.sh("q wait " + waiting).status()).isZero();
    }

    @Test
    void aGpuThatComesBackUnderItsJobIsStillItsAndThenTheNexts() throws IOException {
        Simulation machine = box.simulate(2);
        int job = box.run("--gpu 2 " + HOLD);
        box.untilState(job, "running");
        machine.remove(line -> line.startsWith("gpu index=1"));
        Sandbox.until(
                "it is missed",
                () -> box.json("q gpu --json").list("gpus").stream()
                        .noneMatch(gpu -> gpu.text("uuid").equals(Simulation.uuid(1))
                                && gpu.text("state").equals("leased")));
        assertThat(box.gpu(0).text("state")).isEqualTo("leased");
        machine.add(Simulation.gpu(1));
        Sandbox.until(
                "it is back",
                () -> box.json("q gpu --json").list("gpus").size() == 2
                        && box.gpu(1).text("state").equals("leased"));
        assertThat(box.gpu(1).number("job")).isEqualTo(job);
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(7);
        assertThat(box.sh("q wait " + box.run("--gpu 2 true")).status()).isZero();
    }

    @Test
    void aCompositorThatComputesBlocksNobody() throws IOException {
        Simulation machine = box.simulate(1);
        box.ok("cp $(command -v sleep) gnome-shell; cp $(command -v sleep) firefox");
        Running compositor = box.start("exec ./gnome-shell 300");
        Running browser = box.start("exec ./firefox 300");
        machine.add("process gpu=0 pid=" + compositor.process().pid() + " memory=25MiB kind=compute");
        machine.add("process gpu=0 pid=" + browser.process().pid() + " memory=180MiB kind=graphics");
        Sandbox.until("they are seen", () -> box.gpu(0).list("processes").size() == 2);
        assertThat(box.gpu(0).list("processes"))
                .allMatch(process -> process.text("owner").equals("display"));
        aJobRuns();
        machine.add("process gpu=0 pid=" + browser.process().pid() + " memory=4GiB kind=compute");
        untilGpu(0, "foreign");
    }

    @Test
    void aGpuThatComputesForNobodyIsNotFree() throws IOException {
        Simulation machine = box.simulate(1);
        aJobRuns();
        machine.replace("gpu index=0", Simulation.gpu(0) + " util=85");
        untilGpu(0, "unknown");
        assertThat(box.gpu(0).text("reason")).contains("computes", "no process is listed");
        machine.replace("gpu index=0", Simulation.gpu(0) + " compute_mode=prohibited");
        untilGpu(0, "quarantined");
        assertThat(box.gpu(0).text("reason")).contains("PROHIBITED");
        machine.replace("gpu index=0", Simulation.gpu(0));
        aJobRuns();
    }

    @Test
    void twoDaemonsOnOneMachineAreForeignToEachOther() throws IOException {
        Simulation machine = box.simulate(1);
        try (Sandbox other = Sandbox.create()) {
            other.set("GPUQ_NVML", Sandbox.SIMULATOR.toString());
            other.set("GPUQ_SIM", machine.file().toString());
            int mine = box.run("--gpu gpuq-sim-load 20GiB 300");
            Sandbox.until(
                    "it is on the GPU", () -> !box.gpu(0).list("processes").isEmpty());
            untilGpu(other, 0, "foreign");
            int theirs = other.run("--gpu gpuq-sim-load 20GiB 300");
            assertThat(other.job(theirs).text("reason"))
                    .contains("1 foreign", "pid " + box.job(mine).number("pid"));
            int next = box.run("--gpu true");
            box.ok("q cancel " + mine);
            // Whichever daemon sees it first gets it; neither stands in the other's way for good.
            assertThat(box.ended(mine).text("state")).isEqualTo("cancelled");
            Sandbox.until("theirs had its turn", () -> other.state(theirs).equals("running"));
            Sandbox.until(
                    "it is on the GPU", () -> !other.gpu(0).list("processes").isEmpty());
            other.ok("q cancel " + theirs);
            assertThat(box.sh("q wait " + next).status()).isZero();
        }
    }

    /** A shell line that starts a process with just that pid; the kernel lets root choose. */
    private Running withPid(long pid) {
        return box.start("for i in $(seq 500); do echo " + (pid - 1) + " > " + LAST_PID + "; sleep 300 & [ $! -eq "
                + pid + " ] && { echo ready; wait; exit; }; kill $!; done");
    }

    @Test
    void whoeverGetsThePidOfAnAdoptedProcessIsSomebodyElse() throws IOException {
        assumeTrue(Files.isWritable(LAST_PID), "only root can choose the next pid");
        Simulation machine = box.simulate(1);
        Running outsider = box.start("exec sleep 300");
        long pid = outsider.process().pid();
        machine.add("process gpu=0 pid=" + pid + " memory=2GiB");
        untilGpu(0, "foreign");
        int job = Integer.parseInt(box.ok("q adopt " + pid).strip());
        outsider.process().destroyForcibly();
        outsider.end();
        Running heir = withPid(pid);
        Sandbox.until("the pid is used again", () -> heir.out().contains("ready"));
        assertThat(box.ended(job).text("state")).isEqualTo("finished");
        untilGpu(0, "foreign");
        assertThat(box.gpu(0).list("processes").getFirst().text("owner")).isEqualTo("foreign");
        int waiting = box.run("--gpu true");
        assertThat(box.state(waiting)).isEqualTo("queued");
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(box.sh("q wait " + waiting).status()).isZero();
    }
}
