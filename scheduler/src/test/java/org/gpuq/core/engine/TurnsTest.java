package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.Change;
import org.gpuq.core.gpu.Changes;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.job.End;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.Test;

/** What a GPU's history tells. */
class TurnsTest {
    private final Machine machine = Machine.withGpus(1);

    private List<String> changes() {
        return machine.state().gpus().changes().of(Gpus.id(0)).stream()
                .map(change -> change.what() + (change.reason().isEmpty() ? "" : ": " + change.reason()))
                .toList();
    }

    private static GpuProcess of(String user, int pid) {
        GpuProcess process = Gpus.foreign(pid);
        return new GpuProcess(
                pid,
                Optional.of(new User(1, 1, user)),
                "/usr/bin/python a.py",
                process.memoryBytes(),
                process.owner(),
                process.job());
    }

    @Test
    void aForeignProcessIsNotedOnceAndSoIsItsEnd() {
        machine.poll(Gpus.with(0, of("carl", 9911)));
        machine.poll(Gpus.with(0, of("carl", 9912)));
        machine.poll(Gpus.clean(0).with(new Past(Past.Sight.CLEAR, 0, 1, 1)));
        machine.poll(Gpus.with(0, of("carl", 9913)));
        machine.poll(Gpus.clean(0));
        machine.poll(Gpus.clean(0));
        assertThat(changes()).containsExactly("foreign: carl: pid 9911", "free");
    }

    @Test
    void whoTakesOverFromWhomIsNoted() {
        machine.poll(Gpus.with(0, of("carl", 9911)));
        machine.poll(Gpus.with(0, of("dora", 9920), of("dora", 9921)));
        assertThat(changes()).containsExactly("foreign: carl: pid 9911", "foreign: dora: pid 9920 and 1 more");
    }

    @Test
    void anOutageOfTheDriverIsNotedOnce() {
        Driver failing = new Driver.Failing("it does not answer");
        for (int i = 0; i < 3; i++) {
            machine.pass(Duration.ofSeconds(1));
            machine.poll(failing, List.of(Gpus.clean(0)), machine.now().monotonicNanos());
        }
        machine.poll(Gpus.clean(0));
        assertThat(changes()).containsExactly("unknown: it does not answer", "free");
    }

    @Test
    void jobsComeAndGoWithoutANote() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job)));
        machine.exited(job, 0);
        machine.processesGone(job);
        machine.poll(Gpus.clean(0));
        assertThat(changes()).isEmpty();
    }

    @Test
    void whatAdministratorsAndHealthDoIsNotedWithItsReason() {
        machine.give(new Input.OnGpu(new GpuWish.Drain(Gpus.id(0), Specs.ROOT, true, "loud fan")));
        machine.give(new Input.OnGpu(new GpuWish.Resume(Gpus.id(0), Specs.ROOT, true, "")));
        machine.poll(Gpus.broken(0));
        machine.poll(Gpus.clean(0));
        assertThat(changes())
                .containsExactly(
                        "drained: by root: loud fan",
                        "resumed: by root",
                        "quarantined: it is lost",
                        "released: it is well again");
    }

    @Test
    void onlyTheLastOnesAreKept() {
        ObservedGpu unreadable = Gpus.seen(0, OptionalLong.empty(), Optional.empty(), Optional.empty())
                .with(new Past(Past.Sight.UNLISTED, 0, 1, 0));
        for (int i = 0; i < 30; i++) {
            machine.poll(unreadable);
            machine.poll(Gpus.clean(0));
        }
        assertThat(changes()).as("ten a minute").hasSize(10);
        for (int i = 0; i < 15; i++) {
            machine.pass(Duration.ofSeconds(20));
            machine.poll(unreadable);
            machine.poll(Gpus.clean(0));
        }
        assertThat(changes()).hasSize(Changes.MOST).endsWith("unknown: its processes cannot be listed", "free");
        assertThat(machine.state().gpus().changes().last(Gpus.id(0)).map(Change::at))
                .contains(machine.now().wall());
    }

    @Test
    void theJobsThatHadAGpuAreToldTheLatestFirst() {
        JobId first = machine.submit(Specs.gpu(1));
        machine.launched(first);
        machine.pass(Duration.ofMinutes(2));
        machine.exited(first, 3);
        machine.processesGone(first);
        machine.poll(Gpus.clean(0));
        machine.submit(Specs.cpu());
        JobId second = machine.submit(Specs.gpu(1));
        machine.launched(second);
        List<GpuUse> uses = machine.view().uses(Gpus.id(0), 10);
        assertThat(uses).extracting(GpuUse::job).containsExactly(second, first);
        assertThat(uses.getFirst().end()).isEmpty();
        assertThat(uses.getLast().end()).get().isInstanceOf(End.Failed.class);
        assertThat(Duration.between(
                        uses.getLast().from(), uses.getLast().until().orElseThrow()))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(machine.view().uses(Gpus.id(0), 1)).hasSize(1);
    }
}
