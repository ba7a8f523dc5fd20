package org.gpuq.daemon.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.SlotsSet;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class FormatTest {
    private final Shared shared = new Shared();

    @Test
    void everyEventComesBackAsItWas() {
        for (Event event : Samples.events()) {
            byte[] json = EventFormat.write(event).getBytes(UTF_8);
            assertThat(EventFormat.read(EventFormat.type(event), json, shared)).isEqualTo(event);
        }
    }

    @Test
    void everyJobComesBackAsItWas() {
        for (Job job : Samples.jobs()) {
            byte[] json = JobFormat.write(job).getBytes(UTF_8);
            assertThat(JobFormat.read(job.id(), json, shared)).isEqualTo(job);
        }
    }

    @Test
    void aJobWrittenBeforeThereWereSlotsNeedsOneOrGpus() {
        for (Job job : Samples.jobs()) {
            byte[] old =
                    JobFormat.write(job).replaceFirst("\"slots\":\\d+,", "").getBytes(UTF_8);
            Resources was = job.spec().resources();
            assertThat(JobFormat.read(job.id(), old, shared).spec().resources())
                    .isEqualTo(new Resources(was.gpus(), new Resources(was.gpus()).slots(), was.want()));
        }
    }

    @Test
    void theLedgerComesBackAsItWas() {
        Map<JobId, Lease> leases = new HashMap<>();
        for (Lease.Phase phase : Samples.phases()) {
            JobId id = new JobId(leases.size());
            leases.put(id, new Lease(id, List.of(new GpuId("GPU-" + id)), phase, Instant.EPOCH));
        }
        GpuLedger gpus = Samples.gpuEvents().stream()
                .reduce(GpuLedger.EMPTY, GpuLedger::after, (a, b) -> b)
                .freed(List.of(new GpuId("GPU-1")), Instant.EPOCH);
        State empty = State.EMPTY;
        for (Optional<String> boot : List.of(Optional.<String>empty(), Optional.of("boot"))) {
            State state = new State(
                    5,
                    boot,
                    IdMap.empty(),
                    empty.ready(),
                    empty.held(),
                    empty.resting(),
                    empty.dependents(),
                    empty.active(),
                    empty.ended(),
                    leases,
                    IdMap.<Place>empty().with(8, Samples.places().getLast()),
                    boot.map(any -> new SlotsSet(8, 1)),
                    Samples.severed(),
                    boot,
                    gpus);
            byte[] json = LedgerFormat.write(state).getBytes(UTF_8);
            assertThat(LedgerFormat.read(json))
                    .isEqualTo(new LedgerFormat.Ledger(
                            5,
                            boot,
                            leases,
                            List.of(Samples.places().getLast()),
                            boot.map(any -> new SlotsSet(8, 1)),
                            Samples.severed(),
                            boot,
                            gpus));
        }
    }

    @Test
    void aLedgerWrittenBeforeAnybodyCouldReorderIsRead() {
        byte[] old = "{\"next_id\":3,\"leases\":[]}".getBytes(UTF_8);
        assertThat(LedgerFormat.read(old))
                .isEqualTo(new LedgerFormat.Ledger(
                        3,
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        GpuLedger.EMPTY));
    }

    @Test
    void aLedgerFromBeforeTheRecordsAboutGpusIsRead() {
        byte[] json = "{\"next_id\":5,\"leases\":[]}".getBytes(UTF_8);
        assertThat(LedgerFormat.read(json).gpus()).isEqualTo(GpuLedger.EMPTY);
    }

    @Test
    void everyCaseHasASample() {
        assertSampled(Event.class, Samples.events());
        assertSampled(GpuEvent.class, Samples.gpuEvents());
        assertSampled(JobState.class, Samples.states());
        assertSampled(End.class, Samples.ends());
        assertSampled(ExitStatus.class, Samples.statuses());
        assertSampled(Lease.Phase.class, Samples.phases());
    }

    private static void assertSampled(Class<?> sealed, List<?> samples) {
        List<Class<?>> sampled =
                samples.stream().<Class<?>>map(Object::getClass).distinct().toList();
        assertThat(sampled).containsExactlyInAnyOrder(sealed.getPermittedSubclasses());
    }

    @Test
    void typeNamesOfEventsDiffer() {
        List<String> names = Samples.events().stream()
                .<Class<?>>map(Object::getClass)
                .distinct()
                .map(type -> Samples.events().stream()
                        .filter(type::isInstance)
                        .findFirst()
                        .map(EventFormat::type)
                        .orElseThrow())
                .toList();
        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void membersOfALaterVersionArePassedOver() {
        String json =
                "{\"later\":{\"a\":[1,2.5,null,{\"b\":true}]},\"job\":3,\"and\":null,\"signal\":15,\"more\":[[\"x\"]]}";
        assertThat(EventFormat.read("signal_sent", json.getBytes(UTF_8), shared))
                .isEqualTo(new Event.SignalSent(new JobId(3), 15));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> EventFormat.read("signal_sent", "{\"job\":3}".getBytes(UTF_8), shared))
                .hasMessage("no member signal");
        assertThatThrownBy(
                        () -> EventFormat.read("signal_sent", "{\"job\":3,\"signal\":\"x\"}".getBytes(UTF_8), shared))
                .hasMessage("member signal is no Long");
        for (String broken : Arrays.asList("", "[]", "{", "{\"job\":3,", "{\"job\":999999999999999999999}")) {
            assertThatThrownBy(() -> EventFormat.read("signal_sent", broken.getBytes(UTF_8), shared))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
