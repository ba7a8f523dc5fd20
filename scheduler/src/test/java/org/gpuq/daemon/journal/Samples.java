package org.gpuq.daemon.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Severed;
import org.gpuq.core.engine.SlotsSet;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Keeper;
import org.gpuq.core.job.NamePattern;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/** At least one of everything that is stored, with awkward values. */
final class Samples {
    static final Instant AT = Instant.parse("2026-11-23T10:20:30.123456789Z");
    static final User ANN = new User(1000, 100, "ann");
    static final JobId ID = new JobId(7);
    static final Token TOKEN = new Token(-1, 0x1234);
    static final Usage USAGE = new Usage(1, 2, Long.MAX_VALUE, 4);

    private Samples() {}

    static RawBytes everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return RawBytes.of(bytes);
    }

    static JobSpec plain(EnvironmentId environment) {
        return new JobSpec(
                ANN,
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/home/ann"),
                environment,
                0022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Resources.CPU,
                List.of(),
                false);
    }

    static JobSpec after(EnvironmentId environment, JobId parent) {
        return new JobSpec(
                ANN,
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/home/ann"),
                environment,
                0022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(1),
                List.of(parent),
                false);
    }

    static List<JobSpec> specs() {
        JobSpec full = new JobSpec(
                new User(-2, 0, "ü\u0001"),
                List.of(RawBytes.utf8("python"), everyByte(), RawBytes.utf8("")),
                everyByte(),
                new EnvironmentId("ab".repeat(32)),
                0777,
                List.of(new ResourceLimit(-1, -1), new ResourceLimit(0, Long.MAX_VALUE)),
                Optional.of(RawBytes.utf8("a\nlabel\u001b[31m")),
                Optional.of(everyByte()),
                new Resources(64),
                List.of(new JobId(0), new JobId(Integer.MAX_VALUE)),
                true);
        return List.of(
                plain(new EnvironmentId("00".repeat(32))),
                full,
                adopted(full),
                with(new Resources(0, 3)),
                with(new Resources(
                        2,
                        0,
                        new GpuWant(
                                OptionalLong.of(1),
                                Optional.of(new NamePattern("H[12]00")),
                                List.of(new GpuId("GPU-1"), new GpuId("MIG-2")),
                                Optional.empty()))),
                with(new Resources(1, 0, sharing(OptionalLong.of(5), new GpuWant.Share.Memory()))),
                with(new Resources(1, 0, sharing(OptionalLong.empty(), new GpuWant.Share.Part(64)))),
                with(new Resources(0, 1)).with(delivery()),
                nice(full, -20),
                nice(full, 19));
    }

    private static JobSpec nice(JobSpec spec, int nice) {
        return new JobSpec(
                spec.user(),
                spec.command(),
                spec.directory(),
                spec.environment(),
                spec.umask(),
                spec.limits(),
                spec.label(),
                spec.name(),
                spec.resources(),
                spec.after(),
                spec.terms(),
                spec.foreground(),
                spec.delivery(),
                nice);
    }

    private static JobSpec adopted(JobSpec one) {
        return new JobSpec(
                one.user(),
                one.command(),
                RawBytes.utf8(""),
                one.environment(),
                0,
                List.of(),
                one.label(),
                one.name(),
                new Resources(2),
                List.of(),
                Terms.PLAIN,
                Keeper.NOBODY,
                Delivery.PLAIN,
                0);
    }

    private static Delivery delivery() {
        return new Delivery(
                Optional.of(everyByte()),
                true,
                true,
                Optional.of(RawBytes.utf8("/bin/tell")),
                Optional.of(RawBytes.utf8("ann")),
                Optional.of(new EnvironmentId("0".repeat(64))));
    }

    private static GpuWant sharing(OptionalLong bytes, GpuWant.Share share) {
        return new GpuWant(bytes, Optional.empty(), List.of(), Optional.of(share));
    }

    private static JobSpec with(Resources resources) {
        JobSpec one = plain(new EnvironmentId("01".repeat(32)));
        return new JobSpec(
                one.user(),
                one.command(),
                one.directory(),
                one.environment(),
                one.umask(),
                one.limits(),
                one.label(),
                one.name(),
                resources,
                one.after(),
                one.foreground());
    }

    static List<ExitStatus> statuses() {
        return List.of(new ExitStatus.Exited(255), new ExitStatus.Killed(9, true));
    }

    static List<End> ends() {
        List<End> ends = new ArrayList<>();
        ends.add(new End.Finished(USAGE));
        statuses().forEach(status -> ends.add(new End.Failed(status, Usage.NONE)));
        for (StartFailure.Stage stage : StartFailure.Stage.values()) {
            ends.add(new End.NotStarted(new StartFailure(stage, 2)));
        }
        ends.add(new End.Cancelled(ANN, Optional.empty(), Usage.NONE));
        ends.add(new End.Cancelled(ANN, Optional.of(new ExitStatus.Killed(15, false)), USAGE));
        ends.add(new End.TimedOut(new ExitStatus.Killed(15, false), Usage.NONE));
        ends.add(new End.Skipped(ID));
        ends.add(new End.Lost("nobody saw \"it\""));
        ends.add(new End.MadeWay(new ExitStatus.Killed(15, false), USAGE));
        ends.add(new End.Departed(Optional.empty()));
        ends.add(new End.Departed(Optional.of(ANN)));
        return ends;
    }

    static List<Run> runs() {
        Run bare = new Run(TOKEN, List.of(), AT, Optional.empty(), Optional.empty(), Optional.empty());
        Run full = new Run(
                new Token(Long.MIN_VALUE, -1),
                List.of(new GpuId("GPU-1"), new GpuId("MIG-2")),
                Instant.EPOCH.minusNanos(1),
                Optional.of(new JobProcess(4711, Long.MAX_VALUE, "/gpuq/7")),
                Optional.of(AT),
                Optional.of(new Run.Cancellation(Optional.of(ANN), AT, Long.MIN_VALUE, 15)));
        Run timed = full.started(new JobProcess(1, 2, ""), AT, OptionalLong.of(77))
                .warned(10)
                .with(new Run.Cancellation(Optional.empty(), AT, 5, 0));
        Run placed = new Run(
                TOKEN,
                List.of(),
                AT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "the nearest to each other");
        Run yielding = placed.seenOnGpu().with(new Run.Cancellation(Optional.empty(), AT, 5, 15, true));
        return List.of(bare, full, timed, placed, yielding);
    }

    static List<JobState> states() {
        List<JobState> states = new ArrayList<>();
        states.add(new JobState.Queued());
        states.add(new JobState.Queued(Optional.of(new JobState.Rest(-3, true))));
        for (Run run : runs()) {
            states.add(new JobState.Starting(run));
            states.add(new JobState.Running(run));
            ends().forEach(end -> states.add(new JobState.Ended(end, Optional.of(run), AT)));
        }
        states.add(new JobState.Ended(new End.Skipped(ID), Optional.empty(), AT));
        return states;
    }

    static List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (JobSpec spec : specs()) {
            states().forEach(state -> jobs.add(new Job(ID, spec, AT, state)));
        }
        JobSpec plain = specs().getFirst();
        List<Attempt> past = new ArrayList<>();
        ends().forEach(end -> past.add(new Attempt(runs().getLast(), end, AT)));
        jobs.add(new Job(ID, plain, AT, new JobState.Queued(), past));
        jobs.add(new Job(
                ID,
                plain.on(new Terms(
                        Optional.of(new TimeLimit(
                                Duration.ofHours(3), Optional.of(new TimeLimit.Warning(10, Duration.ofMinutes(1))))),
                        new Retries(
                                3,
                                Duration.ofSeconds(7),
                                List.of(
                                        new Retries.Trigger.Exit(42),
                                        new Retries.Trigger.Signal(9),
                                        new Retries.Trigger.GpuFault(),
                                        new Retries.Trigger.GpuRace()),
                                true))),
                AT,
                new JobState.Queued()));
        jobs.add(new Job(
                ID,
                plain.on(new Terms(Optional.of(new TimeLimit(Duration.ofSeconds(1), Optional.empty())), Retries.NONE)),
                AT,
                new JobState.Queued()));
        return jobs;
    }

    static List<Lease.Phase> phases() {
        return List.of(new Lease.Phase.Held(), new Lease.Phase.Cooling(-5, true), new Lease.Phase.Cooling(5, false));
    }

    static List<GpuEvent> gpuEvents() {
        GpuId gpu = new GpuId("GPU-1");
        GpuId other = new GpuId("GPU-2");
        ProcessKey process = new ProcessKey(4711, Long.MAX_VALUE);
        List<GpuEvent> events = new ArrayList<>();
        for (Trouble.Kind kind : Trouble.Kind.values()) {
            events.add(new GpuEvent.Quarantined(other, new Trouble(kind, "it is ill", "mark-1"), AT, -3));
        }
        events.add(new GpuEvent.Released(gpu, AT));
        events.add(new GpuEvent.Resumed(gpu, ANN, "", Set.of("b", "a"), AT));
        events.add(new GpuEvent.Drained(gpu, ANN, "a \"fan\"\n", AT));
        events.add(new GpuEvent.PardonEnded(process, AT));
        events.add(new GpuEvent.Pardoned(process, ANN, "idle", AT, 99));
        events.add(new GpuEvent.Turned(gpu, "foreign", "carl: pid 9911 a\tb", AT));
        events.add(new GpuEvent.Raced(ID, gpu, "somebody came as it did", AT));
        events.add(new GpuEvent.Remarked(ID, "somebody is beside it", AT));
        return events;
    }

    static List<Event> events() {
        List<Event> events = new ArrayList<>();
        events.add(new Event.DaemonStarted("5a0c…", AT));
        specs().forEach(spec -> events.add(new Event.Submitted(ID, spec, AT)));
        events.add(new Event.Starting(ID, TOKEN, List.of(new GpuId("GPU-1")), AT));
        events.add(new Event.Starting(ID, TOKEN, List.of(new GpuId("GPU-1")), AT, "so that pairs stay whole"));
        events.add(new Event.Started(ID, new JobProcess(1, 2, ""), AT));
        events.add(new Event.Started(ID, new JobProcess(1, 2, ""), AT, OptionalLong.of(-8)));
        events.add(new Event.Warned(ID, 10));
        events.add(new Event.TimeUp(ID, AT, 6));
        events.add(new Event.Arrived(ID));
        events.add(new Event.MakesWay(ID, AT, 7));
        ends().forEach(end -> events.add(new Event.Requeued(ID, end, AT, -1, new JobState.Rest(9, false))));
        events.add(new Event.Rested(ID));
        events.add(new Event.Admission(Optional.of("no room"), AT));
        events.add(new Event.Admission(Optional.empty(), AT));
        events.add(new Event.CancelRequested(ID, ANN, AT, 99));
        events.add(new Event.SignalSent(ID, 15));
        ends().forEach(end -> events.add(new Event.Ended(ID, end, AT, -1)));
        events.add(new Event.ProcessesGone(ID, 77));
        events.add(new Event.LeaseEnded(ID, AT));
        gpuEvents().forEach(event -> events.add(new Event.OnGpu(event)));
        events.add(new Event.Forgotten(List.of(ID, new JobId(8))));
        events.add(new Event.Signalled(ID, 64, ANN));
        events.add(new Event.Reordered(places()));
        events.add(new Event.SlotsChanged(new SlotsSet(8, 1), AT));
        events.add(new Event.Cleared(AT));
        events.add(new Event.SeveredGone(TOKEN, -7));
        events.add(new Event.SeveredEnded(TOKEN));
        for (Event.FollowUp.Kind kind : Event.FollowUp.Kind.values()) {
            events.add(new Event.FollowUp(ID, TOKEN, kind));
        }
        return events;
    }

    static List<Place> places() {
        return List.of(new Place(ID, Integer.MIN_VALUE), new Place(new JobId(8), 7));
    }

    static List<Severed> severed() {
        return List.of(
                new Severed(
                        TOKEN,
                        ID,
                        ANN,
                        List.of(new GpuId("GPU-1")),
                        Optional.of(new JobProcess(4711, 9, "/gpuq/7")),
                        OptionalLong.empty()),
                new Severed(new Token(1, 2), ID, ANN, List.of(), Optional.empty(), OptionalLong.of(-3)));
    }
}
