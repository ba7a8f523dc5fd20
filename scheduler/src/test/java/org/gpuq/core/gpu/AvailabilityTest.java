package org.gpuq.core.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.Gpus;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final JobId JOB = new JobId(7);
    private static final long BASELINE = Gpus.GIB / 2;

    private static GpuState of(ObservedGpu gpu) {
        return of(gpu, Optional.empty());
    }

    private static GpuState of(ObservedGpu gpu, Optional<Lease> lease) {
        return Availability.of(new Availability.Known(gpu, lease, Optional.empty(), BASELINE));
    }

    private static Optional<Lease> lease(Phase phase) {
        return Optional.of(new Lease(JOB, List.of(Gpus.id(0)), phase));
    }

    private static Optional<String> remainder(ObservedGpu gpu) {
        return Availability.remainder(gpu, lease(new Phase.Cooling(0, true)).orElseThrow(), BASELINE);
    }

    @Test
    void aCleanGpuIsFree() {
        assertThat(of(Gpus.clean(0))).isEqualTo(new GpuState.Free());
        assertThat(of(Gpus.used(0, BASELINE))).isEqualTo(new GpuState.Free());
    }

    @Test
    void aFaultSetsItAsideWhateverElseIsSo() {
        assertThat(of(Gpus.broken(0), lease(new Phase.Held()))).isEqualTo(new GpuState.Quarantined("it is lost"));
    }

    @Test
    void prohibitedSetsItAside() {
        ObservedGpu clean = Gpus.clean(0);
        ObservedGpu prohibited = new ObservedGpu(
                clean.id(),
                0,
                clean.name(),
                clean.utilization(),
                clean.memoryUsedBytes(),
                clean.memoryTotalBytes(),
                clean.temperatureCelsius(),
                clean.powerWatts(),
                clean.processes(),
                true,
                Optional.empty());

        assertThat(of(prohibited)).isEqualTo(new GpuState.Quarantined("its compute mode is PROHIBITED"));
    }

    @Test
    void aHeldLeaseWinsOverAnOldReading() {
        Availability.Known known = new Availability.Known(
                Gpus.clean(0), lease(new Phase.Held()), Optional.of("the driver is silent"), BASELINE);

        assertThat(Availability.of(known)).isEqualTo(new GpuState.Leased(JOB));
    }

    @Test
    void anOldReadingFreesNothing() {
        Availability.Known known =
                new Availability.Known(Gpus.clean(0), Optional.empty(), Optional.of("the driver is silent"), BASELINE);

        assertThat(Availability.of(known)).isEqualTo(new GpuState.Unknown("the driver is silent"));
    }

    @Test
    void aLeaseThatCoolsDownSaysWhatIsLeft() {
        assertThat(of(Gpus.clean(0), lease(new Phase.Cooling(0, false))))
                .isEqualTo(new GpuState.Cooldown(JOB, "processes of job 7 still run"));
        assertThat(of(Gpus.clean(0), lease(new Phase.Cooling(0, true))))
                .isEqualTo(new GpuState.Cooldown(JOB, "the next look at it hands it on"));
    }

    @Test
    void unknownIsNeverFree() {
        assertThat(of(Gpus.seen(0, OptionalLong.of(0), Optional.empty(), Optional.empty())))
                .isEqualTo(new GpuState.Unknown("its processes cannot be listed"));
        assertThat(of(Gpus.seen(0, OptionalLong.empty(), Optional.of(List.of()), Optional.empty())))
                .isEqualTo(new GpuState.Unknown("its memory use cannot be read"));
    }

    @Test
    void anybodysProcessBlocksButADesktops() {
        GpuProcess foreign = Gpus.foreign(9911);
        GpuProcess unknown = Gpus.process(9912, Owner.UNKNOWN, Optional.empty());
        GpuProcess stray = Gpus.ofJob(4003, new JobId(3));
        GpuProcess desktop = Gpus.process(900, Owner.DISPLAY, Optional.empty());

        assertThat(of(Gpus.with(0, desktop, foreign, unknown, stray)))
                .isEqualTo(new GpuState.Foreign(List.of(foreign, unknown, stray)));
        assertThat(of(Gpus.with(0, desktop))).isEqualTo(new GpuState.Free());
    }

    @Test
    void memoryThatNobodyExplainsBlocks() {
        assertThat(of(Gpus.used(0, 3 * Gpus.GIB)))
                .isEqualTo(new GpuState.Residual("3.0 GiB are in use by no process that is known"));
    }

    @Test
    void remainderNamesTheJobsProcessAndThenItsMemory() {
        assertThat(remainder(Gpus.with(0, Gpus.ofJob(4007, JOB)))).contains("process 4007 of job 7 is still on it");
        assertThat(remainder(Gpus.used(0, 2 * Gpus.GIB))).contains("2.0 GiB of job 7 are still in use");
        assertThat(remainder(Gpus.clean(0))).isEmpty();
    }

    @Test
    void remainderLeavesToOtherRulesWhatIsTheirs() {
        assertThat(remainder(Gpus.with(0, Gpus.foreign(9911)))).isEmpty();
        assertThat(remainder(Gpus.broken(0))).isEmpty();
        assertThat(remainder(Gpus.seen(0, OptionalLong.of(0), Optional.empty(), Optional.empty())))
                .isEmpty();
    }
}
