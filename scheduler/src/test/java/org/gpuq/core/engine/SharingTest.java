package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.GpuWant.Share;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

/** Several jobs on one GPU, by what they declare and by what they are seen to use. */
class SharingTest {
    private final Machine machine = Machine.withGpus(1);

    private static JobSpec sharing(long gib) {
        return Specs.with(
                Specs.gpu(1),
                new Resources(
                        1,
                        0,
                        new GpuWant(
                                OptionalLong.of(gib * Gpus.GIB),
                                Optional.empty(),
                                List.of(),
                                Optional.of(new Share.Memory()))));
    }

    private List<GpuId> gpus(JobId job) {
        Lease lease = machine.state().leases().get(job);
        return lease == null ? List.of() : lease.gpus();
    }

    private void end(JobId job) {
        machine.exited(job, 0);
        machine.processesGone(job);
    }

    private static GpuProcess using(JobId job, long gib) {
        return new GpuProcess(
                4000 + job.value(),
                Optional.empty(),
                "python",
                OptionalLong.of(gib * Gpus.GIB),
                Owner.JOB,
                Optional.of(job));
    }

    @Test
    void jobsThatDeclareTheirMemoryShareWhileThereIsRoom() {
        JobId one = machine.submit(sharing(30));
        JobId two = machine.submit(sharing(30));
        JobId three = machine.submit(sharing(30));
        assertThat(gpus(one)).containsExactly(Gpus.id(0));
        assertThat(gpus(two)).containsExactly(Gpus.id(0));
        assertThat(gpus(three)).as("20 GiB are left").isEmpty();
        machine.poll(Gpus.with(0, using(one, 29), using(two, 5)));
        assertThat(gpus(three)).as("declared counts, not only what is used").isEmpty();
    }

    @Test
    void whatIsUsedBeyondTheDeclarationCounts() {
        JobId one = machine.submit(sharing(30));
        machine.poll(Gpus.with(0, using(one, 60)));
        assertThat(gpus(machine.submit(sharing(30)))).isEmpty();
        assertThat(machine.view().wait(new JobId(1)).orElseThrow().sentence())
                .isEqualTo("needs 1 GPU with 30.0 GiB free, to share, 0 such free: 1 leased");
    }

    @Test
    void nobodyIsPutBesideAJobThatAskedForTheWhole() {
        machine.submit(Specs.gpu(1));
        assertThat(gpus(machine.submit(sharing(1)))).isEmpty();
    }

    @Test
    void whoAsksForTheWholeWaitsForAllSharers() {
        JobId one = machine.submit(sharing(1));
        JobId two = machine.submit(sharing(1));
        JobId whole = machine.submit(Specs.gpu(1));
        machine.launched(one);
        machine.launched(two);
        end(one);
        machine.poll(Gpus.with(0, using(two, 1)));
        assertThat(gpus(whole)).isEmpty();
        end(two);
        machine.poll(Gpus.clean(0));
        assertThat(gpus(whole)).containsExactly(Gpus.id(0));
    }

    @Test
    void sharersAreNeverPutBesideForeignProcesses() {
        JobId one = machine.submit(sharing(1));
        machine.poll(Gpus.with(0, using(one, 1), Gpus.foreign(9911)));
        assertThat(gpus(machine.submit(sharing(1)))).isEmpty();
        machine.poll(Gpus.with(0, using(one, 1)));
        assertThat(gpus(new JobId(1))).containsExactly(Gpus.id(0));
    }

    @Test
    void whatThisMachineHasNotIsRefused() {
        assertThat(machine.give(new Input.Submit(sharing(81))).answer())
                .isInstanceOfSatisfying(
                        Decision.Answer.Refused.class,
                        refused -> assertThat(refused.refusal().message())
                                .isEqualTo(
                                        "the job asks for 1 GPU with 81.0 GiB free, to share, and this machine has none such"));
    }
}
