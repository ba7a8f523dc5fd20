package org.gpuq.core.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/**
 * What happened. Events are written to the journal before they count, and nothing but an event changes the state. Their
 * names and components are the journal's format: new ones may be added, old ones stay readable.
 */
public sealed interface Event {
    /**
     * A daemon came up.
     *
     * @param bootId the kernel's id of this boot; another one means that no process survived
     */
    record DaemonStarted(String bootId, Instant at) implements Event {}

    record Submitted(JobId job, JobSpec spec, Instant at) implements Event {}

    /**
     * The start is decided: the GPUs are leased from here on.
     *
     * @param why a phrase: why just those GPUs; empty when there was nothing to choose
     */
    record Starting(JobId job, Token token, List<GpuId> gpus, Instant at, String why) implements Event {
        public Starting {
            gpus = List.copyOf(gpus);
        }

        public Starting(JobId job, Token token, List<GpuId> gpus, Instant at) {
            this(job, token, gpus, at, "");
        }
    }

    /** @param atMonotonicNanos when its process began, for its time limit; empty in old journals */
    record Started(JobId job, JobProcess process, Instant at, OptionalLong atMonotonicNanos) implements Event {
        public Started(JobId job, JobProcess process, Instant at) {
            this(job, process, at, OptionalLong.empty());
        }
    }

    /** The job was told that its time is running out. */
    record Warned(JobId job, int signal) implements Event {}

    /** The job's time is up; {@link SignalSent} follows. */
    record TimeUp(JobId job, Instant at, long atMonotonicNanos) implements Event {}

    /** A process of the job has been seen on a GPU of its own. */
    record Arrived(JobId job) implements Event {}

    /** The job makes way for a process that was on its GPU first, and is queued again; {@link SignalSent} follows. */
    record MakesWay(JobId job, Instant at, long atMonotonicNanos) implements Event {}

    /** Somebody wants a started job to end; {@link SignalSent} follows. */
    record CancelRequested(JobId job, User by, Instant at, long atMonotonicNanos) implements Event {}

    /** The decision to send a signal to all of a job's processes. */
    record SignalSent(JobId job, int signal) implements Event {}

    /** The job is over. Its GPUs cool down until {@link LeaseEnded}. */
    record Ended(JobId job, End end, Instant at, long atMonotonicNanos) implements Event {}

    /**
     * A run is over, and the job is queued again; it rests first. Its GPUs cool down until {@link LeaseEnded}.
     *
     * @param end how the run ended
     */
    record Requeued(JobId job, End end, Instant at, long atMonotonicNanos, JobState.Rest rest) implements Event {}

    /** The job's rest is over: it stands in line. */
    record Rested(JobId job) implements Event {}

    /**
     * Whether jobs may start has changed.
     *
     * @param stopped why none does; empty: they do again
     */
    record Admission(Optional<String> stopped, Instant at) implements Event {}

    /**
     * The last process of an ended job has gone.
     *
     * @param atMonotonicNanos when that was known: what was seen before may not show all that the process held
     */
    record ProcessesGone(JobId job, long atMonotonicNanos) implements Event {}

    /** The job's GPUs are clean and may be given away again. */
    record LeaseEnded(JobId job, Instant at) implements Event {}

    /** A signal goes to a job's process group; nobody's wish that it end, as far as gpuq is concerned. */
    record Signalled(JobId job, int signal, User by) implements Event {}

    /** Queued jobs get other places in their lines, all at once. */
    record Reordered(List<Place> places) implements Event {
        public Reordered {
            places = List.copyOf(places);
        }
    }

    /** From now on there are so many CPU slots. */
    record SlotsChanged(SlotsSet slots, Instant at) implements Event {}

    /** The queue was ended: every job is forgotten, and the next one gets the id 0. */
    record Cleared(Instant at) implements Event {}

    /**
     * The last process of a job of an ended queue has gone.
     *
     * @param atMonotonicNanos when that was known
     */
    record SeveredGone(Token token, long atMonotonicNanos) implements Event {}

    /** Nothing is left of a job of an ended queue, on its GPUs neither. */
    record SeveredEnded(Token token) implements Event {}
    /** Something about a GPU that no lease tells. */
    record OnGpu(GpuEvent what) implements Event {}

    /**
     * Somebody is to be told that a job has run; the telling is a start of its own.
     *
     * @param token of that start
     */
    record FollowUp(JobId job, Token token, Kind kind) implements Event {
        /** Who is told. */
        public enum Kind {
            FINISH,
            MAIL
        }
    }

    /** Old jobs leave the list. */
    record Forgotten(List<JobId> jobs) implements Event {
        public Forgotten {
            jobs = List.copyOf(jobs);
        }
    }
}
