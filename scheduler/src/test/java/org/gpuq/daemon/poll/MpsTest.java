package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.daemon.poll.SimulatedGpus.GPU_0;
import static org.gpuq.daemon.poll.SimulatedGpus.GPU_1;
import static org.gpuq.daemon.poll.SimulatedGpus.TWO;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.gpu.Availability;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Known;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Thresholds;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that share a GPU through a server (CUDA MPS), as the driver lists them. */
class MpsTest {
    private final List<KnownJob> jobs = new ArrayList<>();
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
                gpus::open, true, () -> nanos, new GpuReader(new ProcessNaming(proc, () -> jobs)), Set::of);
    }

    @AfterEach
    void close() throws InterruptedException {
        watch.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private ObservedGpu gpu(String uuid) {
        nanos += Duration.ofSeconds(1).toNanos();
        return watch.get().gpu(new GpuId(uuid)).orElseThrow();
    }

    /** The first of them is the server, the others are its clients. */
    private List<Process> mps(int clients) throws IOException {
        Path server = directory.resolve("nvidia-cuda-mps-server");
        if (!Files.exists(server)) {
            Files.copy(Path.of("/bin/sleep"), server, StandardCopyOption.COPY_ATTRIBUTES);
        }
        List<Process> all = new ArrayList<>(List.of(run(server.toString(), "1000")));
        for (int i = 0; i < clients; i++) {
            all.add(run("sleep", "1000"));
        }
        return all;
    }

    private GpuState state(String uuid) {
        ObservedGpu seen = gpu(uuid);
        return Availability.of(new Known(
                seen,
                List.of(),
                GpuLedger.EMPTY,
                Optional.empty(),
                Optional.empty(),
                nanos,
                512L << 20,
                Thresholds.DEFAULT,
                new Now(Instant.EPOCH, nanos)));
    }

    @Test
    void anMpsServerWithoutClientsBlocksNobody() throws IOException {
        Process server = mps(0).getFirst();
        for (String memory : List.of("30MiB", "unavailable")) {
            gpus.add("process gpu=0 pid=" + server.pid() + " memory=" + memory);
            assertThat(gpu(GPU_0).processes().orElseThrow())
                    .singleElement()
                    .satisfies(process -> assertThat(process.owner()).isEqualTo(Owner.MPS));
            assertThat(state(GPU_0)).isEqualTo(new GpuState.Free());
        }
        gpus.add("process gpu=0 pid=" + server.pid() + " memory=30MiB kind=mps");
        assertThat(state(GPU_0)).as("as the MPS list has it").isEqualTo(new GpuState.Free());
    }

    @Test
    void theClientsOfAnMpsServerAreWhoeverTheyAre() throws IOException {
        List<Process> all = mps(2);
        int client = Math.toIntExact(all.get(1).pid());
        jobs.add(new KnownJob(
                new JobId(7),
                new JobProcess(client, proc.process(client).orElseThrow().startTicks(), "")));
        gpus.add("process gpu=0 pid=" + all.get(0).pid() + " memory=30MiB\n"
                + "process gpu=0 pid=" + all.get(1).pid() + " memory=4GiB kind=mps\n"
                + "process gpu=1 pid=" + all.get(0).pid() + " memory=30MiB\n"
                + "process gpu=1 pid=" + all.get(2).pid() + " memory=2GiB kind=mps");
        assertThat(gpu(GPU_0).processes().orElseThrow())
                .extracting(GpuProcess::owner)
                .containsExactlyInAnyOrder(Owner.MPS, Owner.JOB);
        assertThat(state(GPU_1))
                .isInstanceOfSatisfying(
                        GpuState.Foreign.class,
                        foreign -> assertThat(foreign.processes())
                                .singleElement()
                                .satisfies(other -> assertThat(other.pid())
                                        .isEqualTo((int) all.get(2).pid())));
    }

    @Test
    void anMpsServerThatHoldsItsClientsMemoryBlocks() throws IOException {
        Process server = mps(0).getFirst();
        gpus.add("process gpu=0 pid=" + server.pid() + " memory=3GiB");
        assertThat(state(GPU_0)).isInstanceOf(GpuState.Foreign.class);
    }
}
