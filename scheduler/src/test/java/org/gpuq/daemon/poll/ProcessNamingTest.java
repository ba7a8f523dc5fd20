package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import org.gpuq.daemon.poll.GpuReader.Listed;
import org.junit.jupiter.api.Test;

/** Whose a process is, by what /proc says and said. */
class ProcessNamingTest {
    private static final User ANN = new User(1000, 1000, "ann");
    private static final KnownJob JOB = new KnownJob(new JobId(7), new JobProcess(100, 5000, "/sys/fs/cgroup/gpuq/7"));

    private final Map<Integer, ProcessFacts> proc = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final List<KnownJob> jobs = new ArrayList<>(List.of(JOB));
    private final ProcessNaming naming = new ProcessNaming(
            pid -> Optional.ofNullable(proc.get(pid)),
            (pid, variable) -> variable.equals("GPUQ_TOKEN") ? Optional.ofNullable(tokens.get(pid)) : Optional.empty(),
            new ContainerNames(Path.of("/nowhere"), Path.of("/nowhere")),
            () -> jobs);

    private void process(int pid, int parent, int session, String cgroup) {
        proc.put(pid, new ProcessFacts(pid, parent, session, 6000, ANN, "python train.py", "python", cgroup));
    }

    private GpuProcess name(int pid) {
        return naming.name(pid, new Listed(OptionalLong.of(1L << 30), false));
    }

    @Test
    void aProcessIsTheJobsBySessionCgroupOrDescent() {
        process(101, 1, 100, "/");
        process(102, 1, 102, "/gpuq/7");
        process(103, 1, 103, "/gpuq/71");
        process(105, 1, 105, "/gpuq/7/below");
        proc.put(100, new ProcessFacts(100, 1, 100, 5000, ANN, "sh", "sh", "/"));
        process(104, 100, 104, "/");
        assertThat(name(101).job()).contains(JOB.id());
        assertThat(name(102).job()).contains(JOB.id());
        assertThat(name(103).owner()).isEqualTo(Owner.FOREIGN);
        assertThat(name(104).job()).contains(JOB.id());
        assertThat(name(105).job()).contains(JOB.id());
    }

    @Test
    void aJobsProcessStaysTheJobsWhileTheDriverListsItAfterItsEnd() {
        process(101, 1, 101, "/gpuq/7");
        assertThat(name(101).owner()).isEqualTo(Owner.JOB);
        proc.clear();
        assertThat(name(101).owner()).isEqualTo(Owner.JOB);
        assertThat(name(101).command()).isEqualTo("python train.py");
        assertThat(name(100).job()).as("its first process, never seen before").contains(JOB.id());
        jobs.clear();
        assertThat(name(101).owner()).isEqualTo(Owner.UNKNOWN);
    }

    @Test
    void aChildWhoseParentHasEndedStaysTheJobs() {
        jobs.add(new KnownJob(new JobId(9), Optional.of(new JobProcess(400, 4000, "")), "feed", ANN.uid()));
        proc.put(400, new ProcessFacts(400, 1, 1, 4000, ANN, "torchrun", "torchrun", "/"));
        process(401, 400, 1, "/");
        assertThat(name(400).job()).contains(new JobId(9));
        assertThat(name(401).job()).contains(new JobId(9));
        process(401, 1, 1, "/");
        proc.remove(400);
        assertThat(name(401).job()).contains(new JobId(9));
        proc.put(401, new ProcessFacts(401, 1, 1, 6001, ANN, "python", "python", "/"));
        assertThat(name(401).owner()).as("another one of that number").isEqualTo(Owner.FOREIGN);
        process(401, 1, 1, "/");
        jobs.set(1, new KnownJob(new JobId(9), Optional.empty(), "beef", ANN.uid()));
        assertThat(name(401).owner()).as("another start's").isEqualTo(Owner.FOREIGN);
    }

    @Test
    void aReusedPidIsNobodysHeir() {
        process(101, 1, 101, "/gpuq/7");
        assertThat(name(101).owner()).isEqualTo(Owner.JOB);
        process(101, 1, 101, "/");
        assertThat(name(101).owner()).isEqualTo(Owner.FOREIGN);
        proc.clear();
        assertThat(name(101).owner()).isEqualTo(Owner.UNKNOWN);
        assertThat(name(999).owner()).isEqualTo(Owner.UNKNOWN);
    }

    private void contained(int pid, String container) {
        proc.put(
                pid, new ProcessFacts(pid, 1, pid, 6000, ANN, "python", "python", "/docker/x", Optional.of(container)));
    }

    @Test
    void aTokenInTheEnvironmentProvesItToItsOwnUserOnly() {
        jobs.add(new KnownJob(new JobId(8), Optional.empty(), "cafe", ANN.uid()));
        process(201, 1, 201, "/");
        process(202, 1, 202, "/");
        tokens.put(201, "cafe");
        tokens.put(202, "beef");
        assertThat(name(201).job()).contains(new JobId(8));
        assertThat(name(202).owner()).isEqualTo(Owner.FOREIGN);
        jobs.set(1, new KnownJob(new JobId(8), Optional.empty(), "cafe", ANN.uid() + 1));
        assertThat(name(201).owner()).isEqualTo(Owner.FOREIGN);
    }

    @Test
    void aContainerIsTheJobsWhenAProcessOfTheJobWasTheFirstSeenInIt() {
        jobs.add(new KnownJob(new JobId(8), Optional.empty(), "cafe", ANN.uid()));
        String own = "a".repeat(64);
        String shared = "b".repeat(64);
        contained(301, own);
        contained(302, own);
        contained(303, shared);
        contained(304, shared);
        contained(305, shared);
        tokens.put(301, "cafe");
        tokens.put(304, "cafe");
        assertThat(name(301).job()).contains(new JobId(8));
        assertThat(name(302).job()).contains(new JobId(8));
        assertThat(name(303).owner()).isEqualTo(Owner.FOREIGN);
        assertThat(name(304).job()).contains(new JobId(8));
        assertThat(name(305).owner()).as("the container was somebody's before").isEqualTo(Owner.FOREIGN);
        assertThat(name(305).detail().container()).contains("bbbbbbbbbbbb");
    }
}
