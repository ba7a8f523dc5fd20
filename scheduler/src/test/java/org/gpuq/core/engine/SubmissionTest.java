package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class SubmissionTest {
    private static Refusal refusal(Machine machine, JobSpec spec) {
        State before = machine.state();
        Answer answer = machine.give(new Input.Submit(spec)).answer();
        assertThat(machine.state()).isSameAs(before);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused) answer).refusal();
    }

    @Test
    void idsCountFromZero() {
        Machine machine = Machine.withGpus(0);

        assertThat(machine.submit(Specs.cpu())).isEqualTo(new JobId(0));
        assertThat(machine.submit(Specs.cpu())).isEqualTo(new JobId(1));
        assertThat(machine.word(new JobId(0))).isEqualTo("starting");
        assertThat(machine.word(new JobId(1))).isEqualTo("queued");
    }

    @Test
    void moreGpusThanThereAreAreRefused() {
        assertThat(refusal(Machine.withGpus(2), Specs.gpu(3)).message())
                .isEqualTo("the job asks for 3 GPUs and this machine has 2");
    }

    @Test
    void withoutADriverAGpuJobIsRefusedWithWhatToDo() {
        Machine machine = Machine.withGpus(0);
        machine.poll(new Driver.Absent("no NVIDIA driver is loaded"), List.of(), 0);

        Refusal refusal = refusal(machine, Specs.gpu(1));

        assertThat(refusal.message()).isEqualTo("no GPU can be used on this machine: no NVIDIA driver is loaded");
        assertThat(refusal.hint()).contains("q demo");
    }

    @Test
    void whileTheDriverFailsAGpuJobWaitsAndSaysSo() {
        Machine machine = new Machine(Settings.DEFAULT);

        JobId job = machine.submit(Specs.gpu(1));

        assertThat(machine.word(job)).isEqualTo("queued");
        assertThat(machine.view().wait(job).orElseThrow().sentence()).isEqualTo("the GPUs have not been looked at yet");
    }

    @Test
    void whenTheDriverFallsSilentTheReasonSaysForHowLong() {
        Machine machine = Machine.withGpus(1);
        machine.pass(Duration.ofSeconds(7));

        JobId job = machine.submit(Specs.gpu(1));

        assertThat(machine.view().wait(job).orElseThrow().sentence()).isEqualTo("the driver has not answered for 7 s");
    }

    @Test
    void whatWasAcceptedAndTurnsOutImpossibleHoldsUpNobody() {
        Machine machine = new Machine(Settings.DEFAULT);
        JobId greedy = machine.submit(Specs.gpu(64));
        JobId modest = machine.submit(Specs.gpu(1));

        machine.poll(Gpus.clean(0));

        assertThat(machine.word(modest)).isEqualTo("starting");
        assertThat(machine.view().wait(greedy).orElseThrow().sentence())
                .isEqualTo("needs 64 GPUs, and 1 is fit to be used");
    }

    @Test
    void anUnknownParentIsRefused() {
        Refusal refusal = refusal(Machine.withGpus(0), Specs.after(new JobId(0)));

        assertThat(refusal.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal.message()).isEqualTo("there is no job 0 to run after");
    }

    @Test
    void aFullQueueIsRefused() {
        Settings is = Settings.DEFAULT;
        Machine machine = new Machine(new Settings(
                1, is.cancelGrace(), is.snapshotMaxAge(), is.baselineBytes(), is.baselineRatio(), is.keepEnded(), 1));
        machine.submit(Specs.cpu());
        machine.submit(Specs.cpu());

        assertThat(refusal(machine, Specs.cpu()).message()).startsWith("the queue is full");
    }

    private static Machine limited(UserLimits users) {
        Settings is = Settings.DEFAULT;
        return new Machine(new Settings(
                1,
                is.cancelGrace(),
                is.snapshotMaxAge(),
                is.baselineBytes(),
                is.baselineRatio(),
                is.keepEnded(),
                is.maxQueued(),
                is.thresholds(),
                users));
    }

    @Test
    void whoHasTooManyJobsWaitingIsRefused() {
        Machine machine = limited(new UserLimits(1, 0));
        machine.submit(Specs.cpu());
        machine.submit(Specs.cpu());

        assertThat(refusal(machine, Specs.cpu()).message()).startsWith("1 of your jobs wait already");
    }

    @Test
    void whoHasAsManyGpusAsOneUserGetsWaitsAndHoldsUpNobody() {
        Machine machine = limited(new UserLimits(0, 1));
        machine.poll(Gpus.clean(0), Gpus.clean(1));
        machine.submit(Specs.gpu(1));
        JobId second = machine.submit(Specs.gpu(1));

        assertThat(machine.view().wait(second).orElseThrow().sentence())
                .isEqualTo("needs 1 GPU, and its user has 1 of the 1 that one user gets at once");
        assertThat(refusal(machine, Specs.gpu(2)).message()).contains("one user gets 1 GPU at once");
    }

    @Test
    void aJobAfterOneThatFailedIsAcceptedAndSkipped() {
        Machine machine = Machine.withGpus(0);
        JobId parent = machine.submit(Specs.cpu());
        machine.exited(parent, 1);

        assertThat(machine.word(machine.submit(Specs.after(parent)))).isEqualTo("skipped");
    }
}
