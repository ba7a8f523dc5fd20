package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Retries.Trigger;
import org.gpuq.core.job.Terms;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;

/** Somebody outside the queue comes onto a GPU just as a job gets it. */
class RacesTest {
    private static final long NANOS_A_TICK = 10_000_000;

    private final Machine machine = Machine.withGpus(2);

    private static JobSpec polite(int most) {
        return Specs.gpu(1)
                .on(new Terms(
                        Optional.empty(),
                        new Retries(most, Duration.ofMinutes(5), List.of(new Trigger.GpuRace()), false)));
    }

    private JobId started(JobSpec spec) {
        JobId id = machine.submit(spec);
        machine.give(new Input.Launched(
                machine.token(id),
                new JobProcess(4000 + id.value(), machine.now().monotonicNanos() / NANOS_A_TICK, ""),
                machine.now().wall()));
        return id;
    }

    private void exited(Token token) {
        machine.give(new Input.Exited(
                token,
                new ExitStatus.Killed(15, false),
                Machine.USAGE,
                machine.now().wall()));
        machine.give(new Input.ProcessesGone(token));
    }

    private List<String> remarks(JobId job) {
        return machine.state().gpus().remarks(job).stream()
                .map(remark -> remark.text())
                .toList();
    }

    private boolean asked(JobId job) {
        return machine.journal().stream()
                .anyMatch(event ->
                        event instanceof Event.MakesWay way && way.job().equals(job));
    }

    @Test
    void aJobThatWantsToMakesWayAndRunsElsewhereAtOnce() {
        JobId job = started(polite(3));
        JobId behind = machine.submit(Specs.gpu(2));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        assertThat(asked(job)).isTrue();
        assertThat(machine.journal()).contains(new Event.SignalSent(job, 15));
        Token first = machine.token(job);
        exited(first);
        assertThat(machine.job(job).past())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.end()).isInstanceOf(End.MadeWay.class));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        assertThat(machine.word(job)).isEqualTo("starting");
        assertThat(machine.run(job).orElseThrow().gpus()).containsExactly(Gpus.id(1));
        assertThat(machine.word(behind)).isEqualTo("queued");
    }

    @Test
    void itsOwnerIsToldThatSomebodyCameAsItStarted() {
        JobId job = started(Specs.gpu(1));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        machine.pass(Duration.ofSeconds(20));
        machine.poll(Gpus.with(0, Gpus.foreign(9), Gpus.ofJob(4000, job)), Gpus.clean(1));
        assertThat(remarks(job)).singleElement().asString().contains("process 9 of carl", "while this job started");
        assertThat(machine.journal())
                .filteredOn(event -> event instanceof Event.OnGpu gpu && gpu.what() instanceof GpuEvent.Raced)
                .hasSize(1);
        assertThat(asked(job)).isFalse();
    }

    @Test
    void oneThatIsOnItsGpuStays() {
        JobId job = started(polite(3));
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job)), Gpus.clean(1));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        assertThat(asked(job)).as("what it did between two looks is not lost").isFalse();
        assertThat(remarks(job)).singleElement().asString().contains("beside this job");
    }

    @Test
    void whoComesWithItOntoTheGpuDoesNotDriveItAway() {
        JobId job = started(polite(3));
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job), Gpus.foreign(9)), Gpus.clean(1));
        assertThat(asked(job)).isFalse();
    }

    @Test
    void whoComesLaterIsNoRace() {
        JobId job = started(polite(3));
        machine.pass(Races.WINDOW);
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        assertThat(asked(job)).isFalse();
        assertThat(remarks(job)).singleElement().asString().contains("is on GPU 0 beside this job");
    }

    @Test
    void whoMayBeItsOwnDoesNotDriveItAway() {
        JobId job = started(polite(3));
        machine.poll(Gpus.with(0, Gpus.process(9, Owner.UNKNOWN, Optional.empty())), Gpus.clean(1));
        machine.poll(
                Gpus.with(
                        0,
                        Gpus.foreign(10)
                                .with(new GpuProcess.Detail(
                                        OptionalLong.of(7),
                                        OptionalDouble.empty(),
                                        OptionalLong.empty(),
                                        Optional.of("trainer")))),
                Gpus.clean(1));
        assertThat(asked(job)).isFalse();
        assertThat(remarks(job)).hasSize(2);
    }

    @Test
    void itMakesWayOnlySoOften() {
        JobId job = started(polite(1));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        exited(machine.token(job));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        machine.give(new Input.Launched(
                machine.token(job),
                new JobProcess(5000, machine.now().monotonicNanos() / NANOS_A_TICK, ""),
                machine.now().wall()));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.with(1, Gpus.foreign(10)));
        assertThat(machine.journal())
                .filteredOn(Event.MakesWay.class::isInstance)
                .hasSize(1);
        assertThat(machine.word(job)).isEqualTo("running");
    }

    @Test
    void whoCancelsItMeanwhileEndsIt() {
        JobId job = started(polite(3));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        machine.cancel(Specs.ANN, job);
        exited(machine.token(job));
        assertThat(machine.word(job)).isEqualTo("cancelled");
    }

    @Test
    void oneThatDoesNotHearIsKilled() {
        JobId job = started(polite(3));
        machine.poll(Gpus.with(0, Gpus.foreign(9)), Gpus.clean(1));
        machine.pass(Duration.ofSeconds(11));
        machine.give(new Input.Tick());
        assertThat(machine.journal()).contains(new Event.SignalSent(job, 9));
        exited(machine.token(job));
        assertThat(machine.word(job)).isEqualTo("queued");
    }
}
