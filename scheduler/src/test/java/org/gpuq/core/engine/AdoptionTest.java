package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.Test;

/** A process outside the queue becomes a job of its owner, or not, with the reason. */
class AdoptionTest {
    private static final ProcessKey KEY = new ProcessKey(9911, 500);

    private final Machine machine = Machine.withGpus(2);

    private static GpuProcess listed(ProcessKey key, Owner owner, Optional<JobId> job) {
        return Gpus.process(key.pid(), owner, job)
                .with(new GpuProcess.Detail(
                        OptionalLong.of(key.startTicks()),
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        Optional.empty()));
    }

    private static GpuProcess outside(ProcessKey key) {
        return listed(key, Owner.FOREIGN, Optional.empty());
    }

    private static Outsider process(ProcessKey key, User owner, ProcessKey... family) {
        return new Outsider(
                key,
                owner,
                Set.of(family),
                List.of(RawBytes.utf8("python"), RawBytes.utf8("train.py")),
                RawBytes.utf8("/home/ann"),
                new EnvironmentId("e3b0"),
                Optional.empty(),
                Optional.empty());
    }

    private Answer adopt(Outsider process, User by, boolean administrator) {
        return machine.give(new Input.Adopt(process, by, administrator)).answer();
    }

    private JobId adopted() {
        machine.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        Answer answer = adopt(process(KEY, Specs.ANN, KEY), Specs.ANN, false);
        assertThat(answer).isInstanceOf(Answer.Accepted.class);
        return ((Answer.Accepted) answer).job();
    }

    private String refused(Outsider process, User by, boolean administrator) {
        Answer answer = adopt(process, by, administrator);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        assertThat(machine.state().jobs()).allMatch(job -> !job.spec().adopted());
        return ((Answer.Refused) answer).refusal().message();
    }

    @Test
    void itRunsAsItsOwnersJobOnTheGpusThatItIsOn() {
        JobId job = adopted();
        assertThat(machine.word(job)).isEqualTo("running");
        assertThat(machine.job(job).spec().user()).isEqualTo(Specs.ANN);
        assertThat(machine.run(job).orElseThrow().gpus()).containsExactly(Gpus.id(0));
        assertThat(machine.run(job).orElseThrow().process().orElseThrow().startTicks())
                .isEqualTo(500);
        assertThat(machine.view().gpuStates()).containsEntry(Gpus.id(0), new GpuState.Leased(job));
    }

    @Test
    void aLookThatBeganBeforeDoesNotCallItAnIntruder() {
        JobId job = adopted();
        machine.give(new Input.Polled());
        machine.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        assertThat(machine.state().gpus().remarks(job)).isEmpty();
        machine.poll(Gpus.with(0, outside(new ProcessKey(9911, 501))), Gpus.clean(1));
        assertThat(machine.state().gpus().remarks(job)).hasSize(1);
    }

    @Test
    void itsEndFreesTheGpuAndNobodyKnowsItsExitCode() {
        JobId job = adopted();
        JobId next = machine.submit(Specs.gpu(2));
        machine.pass(Duration.ofSeconds(5));
        machine.give(new Input.Departed(machine.token(job)));
        assertThat(machine.job(job).state())
                .isInstanceOfSatisfying(
                        JobState.Ended.class,
                        ended -> assertThat(ended.end()).isEqualTo(new End.Departed(Optional.empty())));
        assertThat(machine.word(job)).isEqualTo("finished");
        machine.poll(Gpus.clean(0, 2));
        machine.poll(Gpus.clean(0, 2));
        machine.poll(Gpus.clean(0, 2));
        assertThat(machine.word(next)).isEqualTo("starting");
    }

    @Test
    void whatItLeavesOnTheGpuKeepsTheLease() {
        JobId job = adopted();
        machine.give(new Input.Departed(machine.token(job)));
        machine.poll(Gpus.with(0, listed(new ProcessKey(9912, 7), Owner.JOB, Optional.of(job))), Gpus.clean(1));
        assertThat(machine.state().leases())
                .hasEntrySatisfying(job, lease -> assertThat(lease.phase()).isInstanceOf(Phase.Cooling.class));
        machine.poll(Gpus.clean(0, 2));
        assertThat(machine.state().leases()).isEmpty();
    }

    @Test
    void aParentIsAdoptedForItsChildren() {
        ProcessKey one = new ProcessKey(10, 1);
        ProcessKey two = new ProcessKey(11, 2);
        machine.poll(Gpus.with(0, outside(one)), Gpus.with(1, outside(two)));
        Answer answer = adopt(process(KEY, Specs.ANN, KEY, one, two), Specs.ANN, false);
        assertThat(machine.run(((Answer.Accepted) answer).job()).orElseThrow().gpus())
                .containsExactly(Gpus.id(0), Gpus.id(1));
    }

    @Test
    void onlyItsOwnerOrAnAdministratorAdoptsIt() {
        machine.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.BOB, false)).contains("belongs to ann");
        Answer answer = adopt(process(KEY, Specs.ANN, KEY), Specs.BOB, true);
        assertThat(machine.job(((Answer.Accepted) answer).job()).spec().user()).isEqualTo(Specs.ANN);
    }

    @Test
    void oneThatIsOnNoGpuOrThatHasOnlyThePidIsRefused() {
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.ANN, false)).isEqualTo("process 9911 is on no GPU");
        machine.poll(Gpus.with(0, outside(new ProcessKey(9911, 501))), Gpus.clean(1));
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.ANN, false)).isEqualTo("process 9911 is on no GPU");
    }

    @Test
    void nothingIsAdoptedOnWhatCannotBeSeen() {
        machine.poll(
                new Driver.Failing("it hangs"),
                List.of(Gpus.with(0, outside(KEY))),
                machine.now().monotonicNanos());
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.ANN, false)).contains("cannot be seen", "it hangs");
    }

    @Test
    void aJobsProcessIsNotAdopted() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        ProcessKey own = new ProcessKey(4000 + job.value(), 1);
        assertThat(refused(process(own, Specs.ANN, own), Specs.ANN, false)).contains("is of job 0 already");
        machine.poll(Gpus.with(0, listed(KEY, Owner.JOB, Optional.of(job))), Gpus.clean(1));
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.ANN, false)).contains("is of job 0 already");
    }

    @Test
    void twiceIsRefusedAndSoIsADesktop() {
        JobId job = adopted();
        assertThat(((Answer.Refused) adopt(process(KEY, Specs.ANN, KEY), Specs.ANN, false))
                        .refusal()
                        .message())
                .isEqualTo("process 9911 is of job " + job + " already");
        ProcessKey desktop = new ProcessKey(3, 3);
        machine.poll(Gpus.clean(0), Gpus.with(1, listed(desktop, Owner.DISPLAY, Optional.empty())));
        assertThat(((Answer.Refused) adopt(process(desktop, Specs.ANN, desktop), Specs.ANN, false))
                        .refusal()
                        .message())
                .contains("only draws");
    }

    @Test
    void anotherJobsGpuIsNotTaken() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        machine.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        assertThat(refused(process(KEY, Specs.ANN, KEY), Specs.ANN, false)).contains("is leased to job 0");
    }

    @Test
    void aRebootLosesItAndARestartDoesNot() {
        machine.give(new Input.DaemonStart("boot-1"));
        JobId job = adopted();
        machine.give(new Input.DaemonStart("boot-1"));
        assertThat(machine.word(job)).isEqualTo("running");
        machine.give(new Input.DaemonStart("boot-2"));
        assertThat(machine.word(job)).isEqualTo("lost");
        assertThat(machine.state().leases()).isEmpty();
    }

    @Test
    void aCancelledOneIsAskedAndThenKilled() {
        JobId job = adopted();
        assertThat(machine.cancel(Specs.ANN, job)).isEqualTo(new Answer.Done());
        assertThat(machine.journal()).contains(new Event.SignalSent(job, 15));
        machine.pass(Duration.ofSeconds(11));
        machine.give(new Input.Tick());
        assertThat(machine.journal()).contains(new Event.SignalSent(job, 9));
        machine.give(new Input.Departed(machine.token(job)));
        assertThat(machine.word(job)).isEqualTo("cancelled");
    }

    @Test
    void whereTheDaemonHasNoRightsOverItItIsNotCancelled() {
        Machine shared = new Machine(Settings.DEFAULT.withoutReach());
        shared.poll(Gpus.with(0, outside(KEY)));
        JobId job = ((Answer.Accepted) shared.give(new Input.Adopt(process(KEY, Specs.ANN, KEY), Specs.ANN, false))
                        .answer())
                .job();
        Answer answer = shared.cancel(Specs.ANN, job);
        assertThat(((Answer.Refused) answer).refusal().message()).contains("may not signal it");
        assertThat(((Answer.Refused) answer).refusal().hint()).contains("kill 9911");
        assertThat(shared.word(job)).isEqualTo("running");
    }

    @Test
    void itCountsForItsOwnersLimit() {
        Machine strict = new Machine(new Settings(
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                512L << 20,
                0.01,
                10_000,
                100_000,
                org.gpuq.core.gpu.Thresholds.DEFAULT,
                new UserLimits(0, 1)));
        strict.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        strict.give(new Input.Adopt(process(KEY, Specs.ANN, KEY), Specs.ANN, false));
        JobId waiting = strict.submit(Specs.gpu(1));
        assertThat(strict.word(waiting)).isEqualTo("queued");
        assertThat(strict.view().wait(waiting).orElseThrow().sentence()).contains("1 GPU");
    }

    @Test
    void whoeverEndsTheQueueLetsGoOfIt() {
        adopted();
        machine.give(new Input.Clear(Specs.ROOT, true));
        assertThat(machine.state().severed()).isEmpty();
        machine.poll(Gpus.with(0, outside(KEY)), Gpus.clean(1));
        assertThat(machine.view().gpuStates().get(Gpus.id(0))).isInstanceOf(GpuState.Foreign.class);
    }

    @Test
    void aReportThatIsNotAboutOneChangesNothing() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        machine.give(new Input.Departed(machine.token(job)));
        assertThat(machine.word(job)).isEqualTo("running");
    }
}
