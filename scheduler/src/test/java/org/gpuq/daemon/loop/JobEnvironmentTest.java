package org.gpuq.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.JobOutput;
import org.junit.jupiter.api.Test;

class JobEnvironmentTest {
    private static final Token TOKEN = new Token(0xabcdef0123456789L, 1);
    private static final String MARK = "GPUQ_TOKEN=" + TOKEN;

    private static Job job(int gpus) {
        JobSpec spec = new JobSpec(
                new User(1, 1, "ann"),
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/"),
                new EnvironmentId(""),
                0,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                false);
        List<GpuId> leased = List.of(new GpuId("GPU-b"), new GpuId("GPU-a")).subList(0, gpus);
        Run run = new Run(TOKEN, leased, Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.empty());
        return new Job(new JobId(7), spec, Instant.EPOCH, new JobState.Starting(run));
    }

    private static List<String> of(Job job, boolean hideGpus, String... caller) {
        List<RawBytes> entries = List.of(caller).stream().map(RawBytes::new).toList();
        return JobEnvironment.of(entries, job, hideGpus).stream()
                .map(RawBytes::latin1)
                .toList();
    }

    @Test
    void aGpuJobSeesItsGpusAndNoOthers() {
        assertThat(of(
                        job(2),
                        false,
                        "A=1",
                        "CUDA_VISIBLE_DEVICES=0",
                        "GPUQ_JOB_ID=3",
                        "B=\u00ff",
                        "CUDA_VISIBLE_DEVICES=1"))
                .containsExactly(
                        "A=1",
                        "B=\u00ff",
                        "GPUQ_JOB_ID=7",
                        "GPUQ_ATTEMPT=1",
                        MARK,
                        "CUDA_VISIBLE_DEVICES=GPU-b,GPU-a",
                        "CUDA_DEVICE_ORDER=PCI_BUS_ID",
                        "NVIDIA_VISIBLE_DEVICES=GPU-b,GPU-a");
    }

    @Test
    void aJobWithoutGpusKeepsWhatItsCallerHad() {
        assertThat(of(job(0), false, "CUDA_VISIBLE_DEVICES=0", "CUDA_DEVICE_ORDER=x"))
                .containsExactly(
                        "CUDA_VISIBLE_DEVICES=0", "CUDA_DEVICE_ORDER=x", "GPUQ_JOB_ID=7", "GPUQ_ATTEMPT=1", MARK);
    }

    @Test
    void gpusCanBeHiddenFromJobsThatAskedForNone() {
        assertThat(of(job(0), true, "CUDA_VISIBLE_DEVICES=0"))
                .containsExactly("GPUQ_JOB_ID=7", "GPUQ_ATTEMPT=1", MARK, "CUDA_VISIBLE_DEVICES=");
        assertThat(of(job(1), true)).contains("CUDA_VISIBLE_DEVICES=GPU-b");
    }

    @Test
    void entriesThatAreNoneAreHandedOn() {
        assertThat(of(job(1), false, "", "CUDA_VISIBLE_DEVICES", "=x")).startsWith("", "CUDA_VISIBLE_DEVICES", "=x");
    }

    @Test
    void anOutputIsNamedAfterTheJobAndItsStart() {
        RawBytes directory = new RawBytes("/var/log/\u00e9");
        assertThat(JobOutput.path(directory, job(0))).contains(new RawBytes("/var/log/\u00e9/7-abcdef01.log"));
        assertThat(JobOutput.path(directory, job(0).with(new JobState.Queued())))
                .isEmpty();
    }
}
