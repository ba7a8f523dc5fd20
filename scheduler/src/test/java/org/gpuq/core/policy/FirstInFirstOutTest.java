package org.gpuq.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Verdict.Start;
import org.gpuq.core.policy.Verdict.Wait;
import org.junit.jupiter.api.Test;

class FirstInFirstOutTest {
    private static final GpuState FREE = new GpuState.Free();
    private static final GpuState LEASED = new GpuState.Leased(new JobId(90));
    private static final GpuState FOREIGN = new GpuState.Foreign(List.of(Gpus.foreign(9911)));
    private static final GpuState BAD = new GpuState.Quarantined("it is lost");

    private static Job job(int id, int gpus) {
        return new Job(new JobId(id), Specs.gpu(gpus), Machine.EPOCH, new JobState.Queued());
    }

    private static Situation situation(List<Job> jobs, int slotsTaken, GpuState... gpus) {
        List<Situation.Gpu> cards = Arrays.stream(gpus)
                .map(state -> new Situation.Gpu(Gpus.id(Arrays.asList(gpus).indexOf(state)), state))
                .toList();
        return new Situation(lines(jobs), 2, slotsTaken, cards, Optional.empty());
    }

    private static Map<Line, Iterable<Job>> lines(List<Job> jobs) {
        return Map.of(Line.CPU, line(jobs, Line.CPU), Line.GPU, line(jobs, Line.GPU));
    }

    private static List<Job> line(List<Job> jobs, Line line) {
        return jobs.stream()
                .filter(job -> job.spec().resources().line() == line)
                .toList();
    }

    private static Map<Integer, Verdict> judge(Situation situation) {
        Map<Integer, Verdict> verdicts = new LinkedHashMap<>();
        new FirstInFirstOut().judge(situation, (job, verdict) -> {
            verdicts.put(job.id().value(), verdict);
            return true;
        });
        return verdicts;
    }

    private static String why(Situation situation, int job) {
        return judge(situation).get(job) instanceof Wait wait ? wait.reason().sentence() : "starts";
    }

    @Test
    void aCpuJobNeverWaitsBehindAGpuJob() {
        assertThat(judge(situation(List.of(job(0, 1), job(1, 0)), 0, LEASED))).containsEntry(1, new Start(List.of()));
    }

    @Test
    void slotsAreFilledInOrder() {
        Situation situation = situation(List.of(job(0, 0), job(1, 0), job(2, 0)), 1);

        assertThat(judge(situation)).containsEntry(0, new Start(List.of()));
        assertThat(why(situation, 1)).isEqualTo("all 2 CPU slots are taken");
        assertThat(why(situation, 2)).isEqualTo("next after job 1");
    }

    @Test
    void theOnlySlotIsCalledSo() {
        Situation situation = new Situation(lines(List.of(job(0, 0))), 1, 1, List.of(), Optional.empty());

        assertThat(why(situation, 0)).isEqualTo("the one CPU slot is taken");
    }

    @Test
    void whoNeedsSeveralSlotsIsNotStarvedByThoseWhoNeedOne() {
        Situation situation =
                new Situation(lines(List.of(slots(0, 3), slots(1, 1))), 4, 2, List.of(), Optional.empty());

        assertThat(why(situation, 0)).isEqualTo("needs 3 CPU slots, 2 of 4 free");
        assertThat(why(situation, 1)).isEqualTo("next after job 0");
    }

    @Test
    void severalSlotsAreTakenAtOnce() {
        Situation situation =
                new Situation(lines(List.of(slots(0, 2), slots(1, 1), slots(2, 1))), 3, 0, List.of(), Optional.empty());

        assertThat(judge(situation))
                .containsEntry(0, new Start(List.of()))
                .containsEntry(1, new Start(List.of()))
                .containsEntry(2, new Wait(new WaitReason.Slots(1, 0, 3)));
    }

    @Test
    void aJobThatAsksForMoreSlotsThanThereAreHoldsUpNobody() {
        Situation situation = situation(List.of(slots(0, 3), slots(1, 2)), 0);

        assertThat(why(situation, 0)).isEqualTo("needs 3 CPU slots, and there are 2");
        assertThat(judge(situation)).containsEntry(1, new Start(List.of()));
    }

    private static Job slots(int id, int count) {
        return new Job(new JobId(id), Specs.slots(count), Machine.EPOCH, new JobState.Queued());
    }

    @Test
    void eachJobGetsGpusOfItsOwn() {
        Situation situation = new Situation(
                lines(List.of(job(0, 2), job(1, 1))),
                1,
                0,
                List.of(gpu(0, FREE), gpu(1, LEASED), gpu(2, FREE), gpu(3, FREE)),
                Optional.empty());

        assertThat(judge(situation))
                .containsEntry(0, new Start(List.of(Gpus.id(0), Gpus.id(2))))
                .containsEntry(1, new Start(List.<GpuId>of(Gpus.id(3))));
    }

    private static Situation.Gpu gpu(int index, GpuState state) {
        return new Situation.Gpu(Gpus.id(index), state);
    }

    @Test
    void nobodyOvertakesWithinALine() {
        Situation situation = situation(List.of(job(0, 2), job(1, 1), job(2, 1)), 0, FREE, LEASED);

        assertThat(why(situation, 0)).isEqualTo("needs 2 GPUs, 1 free: 1 leased");
        assertThat(why(situation, 1)).isEqualTo("next after job 0");
        assertThat(why(situation, 2)).isEqualTo("2 jobs are before it");
    }

    @Test
    void theReasonNamesWhoHoldsTheGpus() {
        assertThat(why(situation(List.of(job(0, 1)), 0, FOREIGN), 0))
                .isEqualTo("needs 1 GPU, 0 free: 1 foreign (carl pid 9911)");
    }

    @Test
    void aJobThatAsksForMoreThanIsFitHoldsUpNobody() {
        Situation situation = situation(List.of(job(0, 2), job(1, 1)), 0, FREE, BAD);

        assertThat(why(situation, 0)).isEqualTo("needs 2 GPUs, and 1 is fit to be used");
        assertThat(judge(situation)).containsEntry(1, new Start(List.of(Gpus.id(0))));
    }

    @Test
    void troubleWithTheDriverIsTheReason() {
        Situation situation = new Situation(
                lines(List.of(job(0, 1))), 1, 0, List.of(gpu(0, FREE)), Optional.of("the driver is silent"));

        assertThat(why(situation, 0)).isEqualTo("the driver is silent");
    }

    @Test
    void whoOnlyStartsJobsSeesNoMoreThanTheFirstThatWaits() {
        Map<Integer, Verdict> seen = new LinkedHashMap<>();
        Situation situation = situation(List.of(job(0, 1), job(1, 1), job(2, 0)), 0, LEASED);
        new FirstInFirstOut().judge(situation, (job, verdict) -> {
            seen.put(job.id().value(), verdict);
            return verdict instanceof Start;
        });

        assertThat(seen).containsOnlyKeys(0, 2);
    }
}
