package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.daemon.poll.SimulatedGpus.GPU_0;
import static org.gpuq.daemon.poll.SimulatedGpus.GPU_1;
import static org.gpuq.daemon.poll.SimulatedGpus.TWO;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.gpu.Facts;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.Health;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through JNA to the simulated driver, and to real processes in /proc. */
class NvmlWatchTest {
    private final List<KnownJob> jobs = new ArrayList<>();
    private final Set<GpuId> leased = new HashSet<>();
    private final List<Process> started = new ArrayList<>();
    private final ProcFs proc = new ProcFs(Path.of("/proc"));

    @TempDir
    Path directory;

    private SimulatedGpus gpus;
    private NvmlWatch watch;
    private long nanos = 1;

    @BeforeEach
    void open() {
        gpus = new SimulatedGpus(directory, TWO);
        watch = new NvmlWatch(
                gpus::open, true, () -> nanos, new GpuReader(new ProcessNaming(proc, () -> jobs)), () -> leased);
    }

    @AfterEach
    void close() throws InterruptedException {
        watch.close();
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private ObservedGpu gpu(String uuid) {
        return watch.get().gpu(new GpuId(uuid)).orElseThrow();
    }

    @Test
    void readsWhatTheDriverSays() {
        nanos = 42;
        GpuSnapshot seen = watch.get();
        assertThat(seen.driver()).isEqualTo(new Driver.Ready("580.159.04", true));
        assertThat(seen.begunNanos()).isEqualTo(42);
        assertThat(seen.gpus())
                .first()
                .isEqualTo(new ObservedGpu(
                        new GpuId(GPU_0),
                        0,
                        "NVIDIA H100 80GB HBM3",
                        OptionalDouble.of(0.07),
                        OptionalLong.of(0),
                        OptionalLong.of(81559L << 20),
                        OptionalInt.of(35),
                        OptionalDouble.of(70.5),
                        Optional.of(List.of()),
                        false,
                        Optional.empty(),
                        Health.GOOD,
                        Past.NONE,
                        new Facts(
                                Optional.of("00000000:01:00.0"),
                                OptionalInt.of(0),
                                Optional.empty(),
                                Map.of(new GpuId(GPU_1), 40))));
    }

    @Test
    void namesTheOwnerOfAForeignProcess() throws IOException {
        Process outsider = run("sleep", "1000");
        gpus.add("process gpu=1 pid=" + outsider.pid() + " memory=21GiB");
        GpuProcess process = gpu(GPU_1).processes().orElseThrow().getFirst();
        assertThat(process.pid()).isEqualTo(outsider.pid());
        assertThat(process.owner()).isEqualTo(Owner.FOREIGN);
        assertThat(process.command()).isEqualTo("sleep 1000");
        assertThat(process.user().orElseThrow().name()).isEqualTo(System.getProperty("user.name"));
        assertThat(process.memoryBytes()).hasValue(21L << 30);
    }

    @Test
    void knowsAJobsChildByItsAncestor() throws IOException {
        Process job = run("sh", "-c", "sleep 1000 & wait");
        ProcessHandle child = firstChild(job);
        int pid = Math.toIntExact(job.pid());
        jobs.add(new KnownJob(
                new JobId(412),
                new JobProcess(pid, proc.process(pid).orElseThrow().startTicks(), "")));
        gpus.add("process gpu=0 pid=" + child.pid() + " memory=1GiB");
        GpuProcess process = gpu(GPU_0).processes().orElseThrow().getFirst();
        assertThat(process.owner()).isEqualTo(Owner.JOB);
        assertThat(process.job()).contains(new JobId(412));
    }

    @Test
    void aReusedPidIsNobodysHeir() throws IOException {
        Process stranger = run("sleep", "1000");
        jobs.add(new KnownJob(new JobId(412), new JobProcess(Math.toIntExact(stranger.pid()), 1, "")));
        gpus.add("process gpu=0 pid=" + stranger.pid() + " memory=1GiB");
        assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().owner()).isEqualTo(Owner.FOREIGN);
    }

    @Test
    void knowsASessionsMemberWhenItsLeaderHasGone() throws IOException {
        // setsid makes the session; its leader, the shell, ends at once and leaves its child behind.
        Process leader = run("setsid", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $$ $!");
        String[] pids = leader.inputReader().readLine().split(" ", -1);
        long orphan = Long.parseLong(pids[1]);
        try {
            jobs.add(new KnownJob(new JobId(7), new JobProcess(Integer.parseInt(pids[0]), 1, "")));
            gpus.add("process gpu=0 pid=" + orphan + " memory=1GiB");
            assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().job()).contains(new JobId(7));
        } finally {
            ProcessHandle.of(orphan).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void aPidThatIsNotInProcBlocksAsUnknown() {
        gpus.add("process gpu=0 pid=4194303 memory=1GiB stale=true");
        assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().owner()).isEqualTo(Owner.UNKNOWN);
    }

    @Test
    void whatOnlyDrawsALittleIsADesktopProgram() throws IOException {
        Process compositor = run("sleep", "1000");
        Process game = run("sleep", "1000");
        gpus.add("process gpu=0 pid=" + compositor.pid() + " memory=25MiB kind=graphics\nprocess gpu=1 pid="
                + game.pid() + " memory=4GiB kind=graphics");
        assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().owner()).isEqualTo(Owner.DISPLAY);
        assertThat(gpu(GPU_1).processes().orElseThrow().getFirst().owner()).isEqualTo(Owner.FOREIGN);
    }

    @Test
    void memoryThatTheDriverDoesNotSayIsUnknownAndNotZero() throws IOException {
        Process outsider = run("sleep", "1000");
        gpus.add("process gpu=0 pid=" + outsider.pid() + " memory=unavailable");
        assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().memoryBytes())
                .isEmpty();
    }

    @Test
    void aLostGpuIsSetAsideAlone() {
        watch.get();
        gpus.add("fault call=nvmlDeviceGetMemoryInfo_v2 gpu=1 code=15");
        GpuSnapshot seen = watch.get();
        assertThat(seen.gpus().get(0).fault()).isEmpty();
        assertThat(seen.gpus().get(1).fault()).contains("NVML says GPU_IS_LOST (15) of it");
    }

    @Test
    void aProcessListThatFailsIsUnknownAndNotEmpty() {
        gpus.add("fault call=nvmlDeviceGetComputeRunningProcesses_v3 gpu=0 code=999");
        assertThat(gpu(GPU_0).processes()).isEmpty();
        assertThat(gpu(GPU_1).processes()).contains(List.of());
    }

    @Test
    void aCriticalXidIsAFaultAndAnApplicationsOwnIsNot() {
        watch.get();
        gpus.add("xid gpu=0 code=79\nxid gpu=1 code=31");
        assertThat(gpu(GPU_0).troubles())
                .extracting(Trouble::reason)
                .containsExactly("it reported the critical error XID 79");
        assertThat(gpu(GPU_1).troubles()).isEmpty();
    }

    @Test
    void computeModeProhibitedIsSeen() {
        gpus.write(TWO.replace("minor=0", "minor=0 compute_mode=prohibited"));
        assertThat(gpu(GPU_0).prohibited()).isTrue();
        assertThat(gpu(GPU_1).prohibited()).isFalse();
    }

    @Test
    void aGpuThatTheDriverNoLongerListsStaysInThePictureWhileAJobHoldsIt() {
        watch.get();
        String first = TWO.lines().limit(2).reduce("", (text, line) -> text + line + "\n");
        gpus.write(first);
        assertThat(watch.get().gpus()).hasSize(1);
        gpus.write(TWO);
        watch.get();
        leased.add(new GpuId(GPU_1));
        gpus.write(first);
        assertThat(gpu(GPU_1).fault()).contains("the driver does not list it any more");
    }

    @Test
    void aDriverThatAppearsLaterIsPickedUp() {
        gpus.write("driver state=absent\n");
        assertThat(watch.get().driver()).isInstanceOf(Driver.Absent.class);
        gpus.write(TWO);
        assertThat(watch.get().driver()).as("not asked again so soon").isInstanceOf(Driver.Absent.class);
        nanos += TimeUnit.SECONDS.toNanos(2);
        assertThat(watch.get().driver()).isInstanceOf(Driver.Ready.class);
    }

    @Test
    void aReloadedDriverIsOpenedAgain() {
        watch.get();
        gpus.write(TWO.replace("cuda=13000", "cuda=13000 generation=2"));
        GpuSnapshot during = watch.get();
        assertThat(during.driver()).isInstanceOf(Driver.Failing.class);
        assertThat(during.gpus()).as("what is known of them is kept").hasSize(2);
        nanos += TimeUnit.SECONDS.toNanos(2);
        assertThat(watch.get().driver()).isInstanceOf(Driver.Ready.class);
    }

    @Test
    void aConditionIsSeenWhileItLastsAndSetsItsGpuAsideAlone() {
        for (String broken : List.of("recovery=reset", "remap_failed=true", "ecc_uncorrected=2")) {
            gpus.write(TWO.replace("minor=0", "minor=0 " + broken));
            nanos += TimeUnit.SECONDS.toNanos(10);
            assertThat(gpu(GPU_0).troubles()).as(broken).hasSize(1);
            assertThat(gpu(GPU_1).troubles()).isEmpty();
            gpus.write(TWO);
            nanos += TimeUnit.SECONDS.toNanos(10);
            assertThat(gpu(GPU_0).troubles()).isEmpty();
        }
    }

    @Test
    void healthIsNotReadInEveryLook() {
        watch.get();
        gpus.write(TWO.replace("minor=0", "minor=0 recovery=reset"));
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertThat(gpu(GPU_0).troubles()).isEmpty();
        nanos += TimeUnit.SECONDS.toNanos(5);
        assertThat(gpu(GPU_0).troubles()).hasSize(1);
    }

    @Test
    void heatIsARemarkAndNoTrouble() {
        gpus.write(TWO.replace("minor=0", "minor=0 clock_reasons=0x40"));
        assertThat(gpu(GPU_0).health().remarks()).containsExactly("slowed down by heat");
        assertThat(gpu(GPU_0).troubles()).isEmpty();
    }

    @Test
    void aReloadedDriverHasResetTheGpusAndForgottenTheirErrors() {
        watch.get();
        gpus.add("xid gpu=0 code=79");
        assertThat(gpu(GPU_0).troubles()).hasSize(1);
        gpus.write(TWO.replace("cuda=13000", "cuda=13000 generation=2"));
        nanos += TimeUnit.SECONDS.toNanos(2);
        watch.get();
        nanos += TimeUnit.SECONDS.toNanos(2);
        ObservedGpu again = gpu(GPU_0);
        assertThat(again.troubles()).isEmpty();
        assertThat(again.health().resetNanos()).hasValue(nanos);
    }

    @Test
    void aGpuThatWasLostAndAnswersAgainHasBeenReset() {
        watch.get();
        gpus.add("xid gpu=0 code=79\nfault call=nvmlDeviceGetMemoryInfo_v2 gpu=0 code=15");
        assertThat(gpu(GPU_0).troubles()).extracting(Trouble::kind).contains(Trouble.Kind.LOST, Trouble.Kind.XID);
        nanos = 77;
        gpus.write(TWO);
        watch.get();
        assertThat(gpu(GPU_0).troubles()).isEmpty();
        assertThat(gpu(GPU_0).health().resetNanos()).hasValue(77);
    }

    @Test
    void knowsAJobsProcessByTheTokenInItsEnvironment() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
        builder.environment().put("GPUQ_TOKEN", "00c0ffee");
        Process astray = builder.start();
        started.add(astray);
        int uid =
                proc.process(Math.toIntExact(astray.pid())).orElseThrow().user().uid();
        jobs.add(new KnownJob(new JobId(5), Optional.empty(), "00c0ffee", uid));
        gpus.add("process gpu=0 pid=" + astray.pid() + " memory=1GiB");
        assertThat(gpu(GPU_0).processes().orElseThrow().getFirst().job()).contains(new JobId(5));
    }

    @Test
    void tellsWhatAForeignProcessDoesAndSinceWhenItIsIdle() throws IOException {
        Process outsider = run("sleep", "1000");
        String line = "process gpu=0 pid=" + outsider.pid() + " memory=1GiB";
        gpus.write(TWO + line + " util=40");
        GpuProcess busy = gpu(GPU_0).processes().orElseThrow().getFirst();
        assertThat(busy.detail().utilization()).hasValue(0.4);
        gpus.write(TWO + line);
        long idleFrom = nanos;
        nanos += TimeUnit.SECONDS.toNanos(10);
        GpuProcess idle = gpu(GPU_0).processes().orElseThrow().getFirst();
        assertThat(idle.detail().utilization()).hasValue(0);
        assertThat(idle.detail().idleSinceNanos()).hasValue(idleFrom);
        assertThat(idle.key()).isPresent();
    }

    private static ProcessHandle firstChild(Process parent) {
        while (true) {
            Optional<ProcessHandle> child = parent.children().findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            Thread.onSpinWait();
        }
    }
}
