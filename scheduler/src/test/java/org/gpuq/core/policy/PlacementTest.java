package org.gpuq.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.GpuWant.Share;
import org.gpuq.core.job.NamePattern;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.policy.Placement.Choice;
import org.gpuq.core.policy.Situation.Gpu;
import org.gpuq.core.policy.Situation.Room;
import org.junit.jupiter.api.Test;

/** Which of the free GPUs a job gets. */
class PlacementTest {
    private static final long GIB = Gpus.GIB;

    /** Four GPUs, 0 and 1 on one switch, 2 and 3 on another. */
    private static Gpu gpu(int index) {
        Map<GpuId, Integer> distances = new HashMap<>();
        for (int other = 0; other < 4; other++) {
            if (other != index) {
                distances.put(Gpus.id(other), other / 2 == index / 2 ? 10 : 50);
            }
        }
        return gpu(index, "NVIDIA H100 80GB HBM3", 80, 80, distances);
    }

    private static Gpu gpu(int index, String name, long total, long free, Map<GpuId, Integer> distances) {
        return new Gpu(
                Gpus.id(index),
                new GpuState.Free(),
                name,
                OptionalLong.of(total * GIB),
                OptionalLong.of(free * GIB),
                distances,
                Map.of(),
                Optional.empty());
    }

    /** On its own switch as {@link #gpu(int)} has it, and joined by NVLink to another one. */
    private static Gpu linked(int index, Map<Integer, Integer> links) {
        Gpu plain = gpu(index);
        Map<GpuId, Integer> ids = new HashMap<>();
        links.forEach((other, count) -> ids.put(Gpus.id(other), count));
        return new Gpu(
                plain.id(),
                plain.state(),
                plain.name(),
                plain.totalBytes(),
                plain.freeBytes(),
                plain.distances(),
                ids,
                Optional.empty());
    }

    /** 0 and 2 are joined, and 1 and 3: across the switches. */
    private static List<Gpu> bridged(int... indices) {
        List<Gpu> all = new ArrayList<>();
        for (int index : indices) {
            all.add(linked(index, Map.of((index + 2) % 4, 4)));
        }
        return all;
    }

    private static List<Gpu> gpus(int... indices) {
        List<Gpu> all = new ArrayList<>();
        for (int index : indices) {
            all.add(gpu(index));
        }
        return all;
    }

    private static Optional<List<GpuId>> chosen(Resources resources, List<Gpu> free) {
        return Placement.choose(resources, free, List.of()).map(Choice::gpus);
    }

    private static Resources want(GpuWant want) {
        return new Resources(1, 0, want);
    }

    private static GpuWant memory(long gib) {
        return new GpuWant(OptionalLong.of(gib * GIB), Optional.empty(), List.of(), Optional.empty());
    }

    @Test
    void severalAreTakenNearToEachOther() {
        Choice choice =
                Placement.choose(new Resources(2), gpus(0, 2, 3), List.of()).orElseThrow();
        assertThat(choice.gpus()).containsExactly(Gpus.id(2), Gpus.id(3));
        assertThat(choice.why()).isEqualTo("the nearest to each other");
        assertThat(chosen(new Resources(3), gpus(0, 1, 2, 3))).contains(List.of(Gpus.id(0), Gpus.id(1), Gpus.id(2)));
        assertThat(chosen(new Resources(3), gpus(0, 1))).isEmpty();
    }

    @Test
    void aSingleOneIsTakenWhereNoPairIsBroken() {
        Choice choice =
                Placement.choose(new Resources(1), gpus(0, 1, 3), List.of()).orElseThrow();
        assertThat(choice.gpus()).containsExactly(Gpus.id(3));
        assertThat(choice.why()).isEqualTo("so that neighbouring GPUs stay together");
        assertThat(chosen(new Resources(1), gpus(0, 1, 2, 3))).contains(List.of(Gpus.id(0)));
    }

    @Test
    void nvLinkIsNearerThanAnySwitch() {
        Choice choice =
                Placement.choose(new Resources(2), bridged(0, 1, 2), List.of()).orElseThrow();
        assertThat(choice.gpus()).containsExactly(Gpus.id(0), Gpus.id(2));
        assertThat(choice.why()).isEqualTo("joined by NVLink");
        Choice apart =
                Placement.choose(new Resources(2), bridged(0, 1), List.of()).orElseThrow();
        assertThat(apart.why()).as("nothing to choose, nothing joined").isEmpty();
    }

    @Test
    void moreLinksAreNearerThanFewer() {
        List<Gpu> mesh =
                List.of(linked(0, Map.of(1, 1, 2, 2)), linked(1, Map.of(0, 1, 2, 1)), linked(2, Map.of(0, 2, 1, 1)));
        assertThat(chosen(new Resources(2), mesh)).contains(List.of(Gpus.id(0), Gpus.id(2)));
    }

    @Test
    void aSingleOneLeavesGpusThatAreJoinedTogether() {
        Choice choice =
                Placement.choose(new Resources(1), bridged(0, 1, 2), List.of()).orElseThrow();
        assertThat(choice.gpus()).containsExactly(Gpus.id(1));
        assertThat(choice.why()).isEqualTo("so that GPUs joined by NVLink stay together");
    }

    @Test
    void theSmallestThatWillDoIsTaken() {
        List<Gpu> mixed =
                List.of(gpu(0, "NVIDIA H100 80GB HBM3", 80, 80, Map.of()), gpu(1, "NVIDIA L4", 24, 24, Map.of()));
        assertThat(chosen(new Resources(1), mixed)).contains(List.of(Gpus.id(1)));
        assertThat(chosen(want(memory(40)), mixed)).contains(List.of(Gpus.id(0)));
        assertThat(chosen(want(memory(90)), mixed)).isEmpty();
    }

    @Test
    void memoryMeansFreeMemory() {
        List<Gpu> used = List.of(gpu(0, "L4", 24, 3, Map.of()), gpu(1, "L4", 24, 20, Map.of()));
        assertThat(chosen(want(memory(10)), used)).contains(List.of(Gpus.id(1)));
        assertThat(chosen(want(memory(21)), used)).isEmpty();
    }

    @Test
    void theTypeIsAPartOfTheNameWhateverTheCase() {
        GpuWant h100 = new GpuWant(
                OptionalLong.empty(), Optional.of(new NamePattern("h[12]00 ")), List.of(), Optional.empty());
        GpuWant a100 =
                new GpuWant(OptionalLong.empty(), Optional.of(new NamePattern("A100")), List.of(), Optional.empty());
        assertThat(chosen(want(h100), gpus(1))).contains(List.of(Gpus.id(1)));
        assertThat(chosen(want(a100), gpus(0, 1, 2, 3))).isEmpty();
    }

    @Test
    void aPatternThatNeverComesToAnEndIsGivenUp() {
        assertThat(new NamePattern("(.*.*.*.*.*)*x").in("NVIDIA H100 80GB HBM3 and some more"))
                .isFalse();
    }

    @Test
    void namedOnesAreTheOnlyOnes() {
        GpuWant second = new GpuWant(OptionalLong.empty(), Optional.empty(), List.of(Gpus.id(2)), Optional.empty());
        assertThat(chosen(want(second), gpus(0, 1, 2, 3))).contains(List.of(Gpus.id(2)));
        assertThat(chosen(want(second), gpus(0, 1, 3))).isEmpty();
    }

    @Test
    void whoSharesGoesWhereLeastIsLeft() {
        Gpu roomy = gpu(0).with(Optional.of(new Room(60 * GIB, 80 * GIB)));
        Gpu full = gpu(1).with(Optional.of(new Room(12 * GIB, 80 * GIB)));
        GpuWant eight =
                new GpuWant(OptionalLong.of(8 * GIB), Optional.empty(), List.of(), Optional.of(new Share.Memory()));
        GpuWant half = new GpuWant(OptionalLong.empty(), Optional.empty(), List.of(), Optional.of(new Share.Part(2)));
        assertThat(Placement.choose(want(eight), gpus(2), List.of(roomy, full)).map(Choice::gpus))
                .contains(List.of(Gpus.id(1)));
        assertThat(Placement.choose(want(half), gpus(2), List.of(roomy, full)).map(Choice::gpus))
                .contains(List.of(Gpus.id(0)));
        assertThat(Placement.choose(want(eight), gpus(2), List.of()).map(Choice::gpus))
                .contains(List.of(Gpus.id(2)));
    }

    @Test
    void aHandDealsEachGpuOnceAndASharedOneWhileThereIsRoom() {
        Hand hand = new Hand(gpus(0, 1));
        GpuWant third = new GpuWant(OptionalLong.empty(), Optional.empty(), List.of(), Optional.of(new Share.Part(3)));
        List<GpuId> given = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            hand.deal(want(third)).ifPresent(choice -> given.addAll(choice.gpus()));
        }
        assertThat(given).containsExactly(Gpus.id(0), Gpus.id(0), Gpus.id(0), Gpus.id(1), Gpus.id(1), Gpus.id(1));
        assertThat(hand.deal(new Resources(1))).isEmpty();
    }
}
