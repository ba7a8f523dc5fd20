package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Estimate;
import org.junit.jupiter.api.Test;

/** When a queued job is thought to start. */
class OutlookTest {
    private final Machine machine = Machine.withGpus(2);
    private List<ObservedGpu> gpus = Gpus.clean(0, 2);

    private static JobSpec gpu(int count, int minutes) {
        return limited(Specs.gpu(count), minutes);
    }

    private static JobSpec limited(JobSpec spec, int minutes) {
        TimeLimit limit = new TimeLimit(Duration.ofMinutes(minutes), Optional.empty());
        return spec.on(new Terms(Optional.of(limit), Retries.NONE));
    }

    private JobId running(JobSpec spec) {
        JobId job = machine.submit(spec);
        JobProcess process = new JobProcess(4000 + job.value(), 0, "");
        machine.give(
                new Input.Launched(machine.token(job), process, machine.now().wall()));
        return job;
    }

    /** Ran alone for so long and left. */
    private void ran(JobSpec spec, int minutes) {
        JobId job = running(spec);
        machine.pass(Duration.ofMinutes(minutes));
        Usage usage = new Usage(0, 0, 0, minutes * 60_000_000L);
        machine.give(new Input.Exited(
                machine.token(job),
                new ExitStatus.Exited(0),
                usage,
                machine.now().wall()));
        machine.processesGone(job);
        machine.poll(gpus);
    }

    private void pass(int minutes) {
        machine.pass(Duration.ofMinutes(minutes).minusSeconds(1));
        machine.poll(gpus);
    }

    private String estimate(JobId job) {
        Estimate estimate = machine.view().estimate(job).orElseThrow();
        String span = estimate.earliest().map(it -> it.toSeconds() + " to ").orElse("")
                + estimate.latest().map(it -> it.toSeconds() + "").orElse("");
        return span + (estimate.reason().isEmpty() ? "" : "? " + estimate.reason());
    }

    @Test
    void whoeverHoldsAGpuWithinALimitGivesItBackWithinIt() {
        running(gpu(2, 60));
        JobId waits = machine.submit(Specs.gpu(1));
        assertThat(estimate(waits)).isEqualTo("0 to 3600");
        pass(20);
        assertThat(estimate(waits)).isEqualTo("0 to 2400");
    }

    @Test
    void ofAJobThatNobodyKnowsNothingIsKnown() {
        JobId holds = running(Specs.gpu(2));
        JobId waits = machine.submit(Specs.gpu(1));
        assertThat(estimate(waits))
                .isEqualTo("? job " + holds + " has no time limit, and none like it of its user has ended yet");
    }

    @Test
    void earlierJobsOfThePersonSayHowLongThisOneRuns() {
        ran(Specs.gpu(1), 10);
        ran(Specs.gpu(1), 20);
        running(Specs.gpu(1));
        running(Specs.gpu(1));
        JobId next = machine.submit(Specs.gpu(1));
        assertThat(estimate(next)).isEqualTo("540 to 1320");
        pass(30);
        assertThat(estimate(next)).as("twice as long as was thought").isEqualTo("0 to 840");
    }

    @Test
    void whoIsBeforeItRunsFirst() {
        ran(Specs.gpu(2), 10);
        ran(Specs.gpu(2), 10);
        running(Specs.gpu(2));
        machine.submit(Specs.gpu(2));
        machine.submit(Specs.gpu(2));
        JobId third = machine.submit(Specs.gpu(1));
        assertThat(estimate(third)).isEqualTo("1620 to 1980");
    }

    @Test
    void theEarliestIsSaidThoughTheLatestIsNot() {
        ran(Specs.gpu(2), 10);
        ran(Specs.gpu(2), 10);
        running(Specs.gpu(2));
        JobSpec bobs = Specs.of(Specs.BOB, 2, false, List.of());
        JobId unknown = machine.submit(bobs);
        JobId last = machine.submit(Specs.gpu(1));
        assertThat(estimate(unknown)).isEqualTo("540 to 660");
        assertThat(estimate(last)).startsWith("540 to ? job " + unknown + " has no time limit");
    }

    @Test
    void aForeignProcessStaysForNobodyKnowsHowLong() {
        gpus = List.of(Gpus.with(0, Gpus.foreign(9911)), Gpus.clean(1));
        machine.poll(gpus);
        JobId pair = machine.submit(Specs.gpu(2));
        assertThat(estimate(pair)).isEqualTo("? nobody can say how long a GPU stays foreign");
    }

    @Test
    void aDrainedGpuIsNobodysAfterItsJob() {
        running(gpu(2, 60));
        machine.give(new Input.OnGpu(new GpuWish.Drain(Gpus.id(0), Specs.ROOT, true, "")));
        JobId one = machine.submit(gpu(1, 5));
        JobId pair = machine.submit(Specs.gpu(2));
        assertThat(estimate(one)).isEqualTo("0 to 3600");
        assertThat(estimate(pair)).isEqualTo("? needs 2 GPUs, and 1 is fit to be used");
    }

    @Test
    void aJobThatFollowsAnotherStartsAfterIt() {
        JobId first = running(limited(Specs.cpu(), 30));
        JobId second = machine.submit(limited(Specs.after(first), 10));
        JobId third = machine.submit(Specs.after(second));
        assertThat(estimate(second)).isEqualTo("0 to 1800");
        assertThat(estimate(third)).isEqualTo("0 to 2400");
    }

    @Test
    void sharersMakeRoomForOneAnother() {
        GpuWant half = new GpuWant(
                OptionalLong.of(40L << 30), Optional.empty(), List.of(), Optional.of(new GpuWant.Share.Memory()));
        JobSpec sharer = limited(Specs.with(Specs.gpu(1), new Resources(1, 0, half)), 30);
        gpus = Gpus.clean(0, 1);
        machine.poll(gpus);
        running(sharer);
        JobId second = machine.submit(sharer);
        assertThat(estimate(second)).isEqualTo("0 to 1800");
    }

    @Test
    void whatStopsAllIsTold() {
        running(gpu(2, 60));
        JobId waits = machine.submit(Specs.gpu(1));
        machine.pass(Duration.ofMinutes(1));
        assertThat(estimate(waits)).startsWith("? the driver has not answered for");
        assertThat(machine.view().estimate(new JobId(0))).isEmpty();
    }
}
