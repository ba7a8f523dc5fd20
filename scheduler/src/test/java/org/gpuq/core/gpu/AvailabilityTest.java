package org.gpuq.core.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.Gpus;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final JobId JOB = new JobId(7);
    private static final long BASELINE = Gpus.GIB / 2;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant START = NOON.minusSeconds(3600);
    private static final long SECOND = 1_000_000_000L;

    /** A thousand seconds after boot. */
    private static final Now NOW = new Now(NOON, 1000 * SECOND);

    private static final User ROOT = new User(0, 0, "root");
    private static final Trouble XID = new Trouble(Trouble.Kind.XID, "it reported XID 79", "xid-79-5");

    private static GpuState of(ObservedGpu gpu) {
        return of(gpu, Optional.empty());
    }

    private static GpuState of(ObservedGpu gpu, Optional<Lease> lease) {
        return Availability.of(known(gpu, lease, Optional.empty()));
    }

    private static Known known(ObservedGpu gpu, Optional<Lease> lease, Optional<String> stale) {
        return known(gpu, lease, stale, GpuLedger.EMPTY);
    }

    private static Known known(ObservedGpu gpu, Optional<Lease> lease, Optional<String> stale, GpuLedger ledger) {
        return new Known(
                gpu,
                lease.stream().toList(),
                ledger,
                Optional.empty(),
                stale,
                NOW.monotonicNanos(),
                BASELINE,
                Thresholds.DEFAULT,
                NOW);
    }

    private static Optional<Lease> lease(Phase phase) {
        return Optional.of(new Lease(JOB, List.of(Gpus.id(0)), phase, START));
    }

    private static Optional<String> remainder(ObservedGpu gpu) {
        Optional<Lease> lease = lease(new Phase.Cooling(0, true));
        return Availability.remainder(known(gpu, lease, Optional.empty()), lease.orElseThrow());
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
        Known known = known(Gpus.clean(0), lease(new Phase.Held()), Optional.of("the driver is silent"));

        assertThat(Availability.of(known)).isEqualTo(new GpuState.Leased(JOB));
    }

    @Test
    void anOldReadingFreesNothing() {
        Known known = known(Gpus.clean(0), Optional.empty(), Optional.of("the driver is silent"));

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

    private static GpuState after(ObservedGpu gpu, GpuEvent... events) {
        return Availability.of(known(gpu, Optional.empty(), Optional.empty(), ledger(events)));
    }

    private static GpuLedger ledger(GpuEvent... events) {
        GpuLedger ledger = GpuLedger.EMPTY;
        for (GpuEvent event : events) {
            ledger = ledger.after(event);
        }
        return ledger;
    }

    private static ObservedGpu ill(Trouble trouble) {
        return Gpus.clean(0).with(new Health(List.of(trouble), List.of(), OptionalLong.empty()));
    }

    @Test
    void whatIsOnRecordAsIllStaysSetAsideThoughALookIsGood() {
        GpuEvent event = new GpuEvent.Quarantined(Gpus.id(0), XID, NOON, 0);
        assertThat(after(Gpus.clean(0), event)).isEqualTo(new GpuState.Quarantined("it reported XID 79"));
        assertThat(after(Gpus.clean(1), event)).isEqualTo(new GpuState.Free());
    }

    @Test
    void whatAnAdministratorHasAcceptedSetsNothingAside() {
        GpuEvent resumed = new GpuEvent.Resumed(Gpus.id(0), ROOT, "", Set.of(XID.mark()), NOON);
        assertThat(after(ill(XID))).isEqualTo(new GpuState.Quarantined("it reported XID 79"));
        assertThat(after(ill(XID), resumed)).isEqualTo(new GpuState.Free());
        assertThat(after(ill(new Trouble(Trouble.Kind.XID, "another", "xid-79-6")), resumed))
                .isEqualTo(new GpuState.Quarantined("another"));
    }

    @Test
    void aDrainedOneSaysByWhomAndWhyAndStaysItsJobsUntilThatEnds() {
        GpuEvent drained = new GpuEvent.Drained(Gpus.id(0), ROOT, "loud fan", NOON);
        assertThat(after(Gpus.clean(0), drained)).isEqualTo(new GpuState.Drained("drained by root: loud fan"));
        Judgement judgement =
                Availability.judge(known(Gpus.clean(0), lease(new Phase.Held()), Optional.empty(), ledger(drained)));
        assertThat(judgement)
                .isEqualTo(
                        new Judgement(new GpuState.Leased(JOB), START, "the end of job 7; it is drained after that"));
    }

    @Test
    void aPardonIsForThatProcessAndThatTime() {
        GpuProcess notebook = Gpus.foreign(9911)
                .with(new GpuProcess.Detail(
                        OptionalLong.of(55), OptionalDouble.empty(), OptionalLong.empty(), Optional.empty()));
        GpuEvent pardon = new GpuEvent.Pardoned(new ProcessKey(9911, 55), ROOT, "", NOON, 1001 * SECOND);
        GpuEvent over = new GpuEvent.Pardoned(new ProcessKey(9911, 55), ROOT, "", NOON, 1000 * SECOND);
        GpuEvent earlier = new GpuEvent.Pardoned(new ProcessKey(9911, 54), ROOT, "", NOON, 1001 * SECOND);
        assertThat(after(Gpus.with(0, notebook), pardon)).isEqualTo(new GpuState.Free());
        assertThat(after(Gpus.with(0, notebook), over)).isInstanceOf(GpuState.Foreign.class);
        assertThat(after(Gpus.with(0, notebook), earlier)).isInstanceOf(GpuState.Foreign.class);
        assertThat(after(Gpus.with(0, notebook, Gpus.foreign(5)), pardon))
                .isEqualTo(new GpuState.Foreign(List.of(Gpus.foreign(5))));
    }

    @Test
    void memoryThatAnEndedJobDoesNotGiveBackBecomesAnAlert() {
        ObservedGpu full = Gpus.used(0, 2 * Gpus.GIB);
        assertThat(of(full, lease(new Phase.Cooling(990 * SECOND, true)))).isInstanceOf(GpuState.Cooldown.class);
        assertThat(of(full, lease(new Phase.Cooling(900 * SECOND, true))))
                .isEqualTo(new GpuState.Residual(
                        "2.0 GiB of job 7 are still in use after 60 s and more", Optional.of(JOB)));
        assertThat(of(full, lease(new Phase.Cooling(900 * SECOND, false))))
                .as("its processes explain it")
                .isInstanceOf(GpuState.Cooldown.class);
    }

    @Test
    void whatWasInUseMustBeSeenCleanAFewTimes() {
        ObservedGpu once = Gpus.clean(0).with(new Past(Past.Sight.CLEAR, 999 * SECOND, 1, 1));
        ObservedGpu often = Gpus.clean(0).with(new Past(Past.Sight.CLEAR, 999 * SECOND, 3, 3));
        assertThat(of(once))
                .isEqualTo(new GpuState.Unknown("it was in use or unwell a moment ago: clean in 1 of 3 looks"));
        assertThat(of(often)).isEqualTo(new GpuState.Free());
    }

    @Test
    void computingWithNobodyListedIsNotFree() {
        ObservedGpu briefly = Gpus.clean(0).with(new Past(Past.Sight.BUSY, 999 * SECOND, 30, 30));
        ObservedGpu forLong = Gpus.clean(0).with(new Past(Past.Sight.BUSY, 990 * SECOND, 30, 30));
        assertThat(of(briefly)).isEqualTo(new GpuState.Free());
        assertThat(of(forLong)).isEqualTo(new GpuState.Unknown("it computes, and no process is listed on it"));
    }

    @Test
    void everyStateSaysSinceWhen() {
        ObservedGpu seen = Gpus.with(0, Gpus.foreign(9911)).with(new Past(Past.Sight.FOREIGN, 400 * SECOND, 9, 0));
        assertThat(Availability.judge(known(seen, Optional.empty(), Optional.empty()))
                        .since())
                .isEqualTo(NOON.minusSeconds(600));
        GpuLedger freed = GpuLedger.EMPTY.freed(List.of(Gpus.id(0)), NOON.minusSeconds(7));
        assertThat(Availability.judge(known(Gpus.clean(0), Optional.empty(), Optional.empty(), freed))
                        .since())
                .isEqualTo(NOON.minusSeconds(7));
        assertThat(Availability.judge(
                                known(Gpus.clean(0), lease(new Phase.Cooling(995 * SECOND, true)), Optional.empty()))
                        .since())
                .isEqualTo(NOON.minusSeconds(5));
    }
}
