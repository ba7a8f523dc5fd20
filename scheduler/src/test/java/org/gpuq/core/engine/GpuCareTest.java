package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Health;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.gpu.Trouble.Kind;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.Test;

/** What administrators and the GPUs' health do to GPUs. */
class GpuCareTest {
    private static final User ROOT = new User(0, 0, "root");
    private static final Trouble XID = new Trouble(Kind.XID, "it reported XID 79", "xid-79-5");
    private static final Trouble ECC = new Trouble(Kind.ECC, "2 uncorrected memory errors", "ecc-2");

    private final Machine machine = Machine.withGpus(2);

    private GpuState state(int gpu) {
        return Objects.requireNonNull(machine.view().gpuStates().get(Gpus.id(gpu)));
    }

    private List<GpuId> lease(JobId job) {
        return Objects.requireNonNull(machine.state().leases().get(job)).gpus();
    }

    private Answer wish(GpuWish wish) {
        return machine.give(new Input.OnGpu(wish)).answer();
    }

    private static ObservedGpu ill(Trouble... troubles) {
        return Gpus.clean(0).with(new Health(List.of(troubles), List.of(), OptionalLong.empty()));
    }

    private static GpuProcess started(int pid, long ticks) {
        return Gpus.foreign(pid)
                .with(new GpuProcess.Detail(
                        OptionalLong.of(ticks), OptionalDouble.empty(), OptionalLong.empty(), Optional.empty()));
    }

    private List<String> remarks(JobId job) {
        return machine.state().gpus().remarks(job).stream()
                .map(GpuLedger.Remark::text)
                .toList();
    }

    @Test
    void aDrainedGpuGetsNoJobUntilItIsResumed() {
        assertThat(wish(new GpuWish.Drain(Gpus.id(0), ROOT, true, "loud"))).isEqualTo(new Answer.Done());
        JobId one = machine.submit(Specs.gpu(1));
        JobId two = machine.submit(Specs.gpu(1));
        assertThat(lease(one)).containsExactly(Gpus.id(1));
        assertThat(machine.state().leases()).doesNotContainKey(two);
        assertThat(wish(new GpuWish.Resume(Gpus.id(0), ROOT, true, ""))).isEqualTo(new Answer.Done());
        assertThat(lease(two)).containsExactly(Gpus.id(0));
    }

    @Test
    void onlyAnAdministratorDecides() {
        for (GpuWish wish : List.of(
                new GpuWish.Drain(Gpus.id(0), Specs.ANN, false, ""),
                new GpuWish.Resume(Gpus.id(0), Specs.ANN, false, ""),
                new GpuWish.Ignore(1, Duration.ofHours(1), Specs.ANN, false, ""))) {
            assertThat(wish(wish))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class,
                            refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.NOT_PERMITTED));
        }
        assertThat(state(0)).isEqualTo(new GpuState.Free());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(wish(new GpuWish.Resume(Gpus.id(0), ROOT, true, ""))).isInstanceOf(Answer.Refused.class);
        assertThat(wish(new GpuWish.Drain(Gpus.id(9), ROOT, true, ""))).isInstanceOf(Answer.Refused.class);
        wish(new GpuWish.Drain(Gpus.id(0), ROOT, true, ""));
        assertThat(wish(new GpuWish.Drain(Gpus.id(0), ROOT, true, ""))).isInstanceOf(Answer.Refused.class);
        assertThat(wish(new GpuWish.Ignore(77, Duration.ofHours(1), ROOT, true, "")))
                .isInstanceOf(Answer.Refused.class);
    }

    @Test
    void anIllGpuIsSetAsideAndItsJobIsTold() {
        JobId job = machine.submit(Specs.gpu(2));
        machine.poll(ill(XID), Gpus.clean(1));
        assertThat(state(0)).isEqualTo(new GpuState.Quarantined(XID.reason()));
        assertThat(state(1)).isEqualTo(new GpuState.Leased(job));
        assertThat(remarks(job))
                .containsExactly("GPU 0 is set aside: it reported XID 79; the job goes on as long as it can");
        machine.poll(ill(XID), Gpus.clean(1));
        assertThat(remarks(job)).as("told once").hasSize(1);
    }

    @Test
    void whatAnEventToldOfLastsUntilAResetAndAConditionUntilItIsGone() {
        machine.poll(ill(XID), Gpus.clean(1));
        machine.poll(Gpus.clean(0, 2));
        assertThat(state(0)).isEqualTo(new GpuState.Quarantined(XID.reason()));
        machine.pass(Duration.ofSeconds(1));
        Health reset =
                new Health(List.of(), List.of(), OptionalLong.of(machine.now().monotonicNanos()));
        machine.poll(Gpus.clean(0).with(reset), Gpus.clean(1));
        assertThat(state(0)).isEqualTo(new GpuState.Free());

        machine.poll(ill(ECC), Gpus.clean(1));
        assertThat(state(0)).isEqualTo(new GpuState.Quarantined(ECC.reason()));
        machine.poll(Gpus.clean(0).with(new Past(Past.Sight.CLEAR, 0, 1, 1)), Gpus.clean(1));
        assertThat(state(0)).as("seen well but once").isEqualTo(new GpuState.Quarantined(ECC.reason()));
        machine.poll(Gpus.clean(0, 2));
        assertThat(state(0)).isEqualTo(new GpuState.Free());
    }

    @Test
    void whatIsAcceptedIsNotHeldAgainstItButMoreOfItIs() {
        machine.poll(ill(ECC), Gpus.clean(1));
        wish(new GpuWish.Resume(Gpus.id(0), ROOT, true, ""));
        machine.poll(ill(ECC), Gpus.clean(1));
        assertThat(state(0)).isEqualTo(new GpuState.Free());
        Trouble more = new Trouble(Kind.ECC, "3 uncorrected memory errors", "ecc-3");
        machine.poll(ill(more), Gpus.clean(1));
        assertThat(state(0)).isEqualTo(new GpuState.Quarantined(more.reason()));
    }

    @Test
    void aLostGpuCannotBeTalkedBack() {
        machine.poll(Gpus.broken(0), Gpus.clean(1));
        assertThat(wish(new GpuWish.Resume(Gpus.id(0), ROOT, true, ""))).isInstanceOf(Answer.Refused.class);
        machine.poll(Gpus.clean(0, 2));
        assertThat(state(0)).isEqualTo(new GpuState.Free());
    }

    @Test
    void anIgnoredProcessDoesNotBlockUntilItsTimeIsOver() {
        machine.poll(Gpus.with(0, started(9911, 55)), Gpus.clean(1));
        assertThat(state(0)).isInstanceOf(GpuState.Foreign.class);
        assertThat(wish(new GpuWish.Ignore(9911, Duration.ofHours(1), ROOT, true, "idle")))
                .isEqualTo(new Answer.Done());
        assertThat(state(0)).isEqualTo(new GpuState.Free());
        machine.poll(Gpus.with(0, started(9911, 56)), Gpus.clean(1));
        assertThat(state(0)).as("another of that number").isInstanceOf(GpuState.Foreign.class);
        assertThat(machine.state().gpus().pardons())
                .as("the one it was for is gone")
                .isEmpty();
        wish(new GpuWish.Ignore(9911, Duration.ofHours(1), ROOT, true, "idle"));
        machine.pass(Duration.ofHours(2));
        machine.poll(Gpus.with(0, started(9911, 56)), Gpus.clean(1));
        assertThat(state(0)).isInstanceOf(GpuState.Foreign.class);
        assertThat(machine.state().gpus().pardons()).isEmpty();
    }

    @Test
    void whoeverRacedInIsToldToTheJobOnce() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.poll(Gpus.with(0, started(9911, 55)), Gpus.clean(1));
        machine.poll(Gpus.with(0, started(9911, 55)), Gpus.clean(1));
        assertThat(remarks(job))
                .containsExactly(
                        "process 9911 of carl, which is no job's, came onto GPU 0 while this job started, and is"
                                + " beside this job");
    }

    @Test
    void aStrayIsToldToItsOwner() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.poll(Gpus.clean(0), Gpus.with(1, Gpus.ofJob(4000, job)));
        assertThat(remarks(job)).containsExactly("process 4000 of this job is on GPU 1, which the job has not got");
        assertThat(state(1)).isInstanceOf(GpuState.Foreign.class);
    }

    @Test
    void aRebootHealsAndEndsPardonsButADrainStays() {
        machine.give(new Input.DaemonStart("one"));
        machine.poll(ill(XID), Gpus.with(1, started(9911, 55)));
        wish(new GpuWish.Ignore(9911, Duration.ofHours(1), ROOT, true, ""));
        wish(new GpuWish.Drain(Gpus.id(1), ROOT, true, ""));
        machine.give(new Input.DaemonStart("one"));
        assertThat(machine.state().gpus().quarantines()).hasSize(1);
        assertThat(machine.state().gpus().pardons()).hasSize(1);
        machine.give(new Input.DaemonStart("two"));
        assertThat(machine.state().gpus().quarantines()).isEmpty();
        assertThat(machine.state().gpus().pardons()).isEmpty();
        assertThat(machine.state().gpus().drains()).hasSize(1);
    }
}
