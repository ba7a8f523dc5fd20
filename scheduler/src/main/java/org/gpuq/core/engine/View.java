package org.gpuq.core.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.policy.Estimate;
import org.gpuq.core.policy.Verdict;
import org.gpuq.core.policy.WaitReason;

/**
 * What everybody may look at: a published state, the latest poll, and what follows from them. Immutable.
 *
 * @param now the moment the question is asked
 */
public record View(State state, GpuSnapshot gpus, Settings settings, Now now) {
    /**
     * The same for somebody who may not see everything.
     *
     * @param jobs what is to be seen of a job
     * @param processes what is to be seen of a process on a GPU
     */
    public View seenThrough(UnaryOperator<Job> jobs, UnaryOperator<GpuProcess> processes) {
        return new View(state.seenThrough(jobs), gpus.seenThrough(processes), settings, now);
    }

    /** CPU slots there are: those of the configuration, unless somebody set another number. */
    public int slots() {
        return state.slots().map(SlotsSet::slots).orElse(settings.slots());
    }

    /** State of every GPU of the snapshot, in its order. */
    public Map<GpuId, GpuState> gpuStates() {
        return Schedule.gpuStates(this);
    }

    /** What the rules say of every GPU: state, since when, and what would end it. */
    public Map<GpuId, Judgement> judgements() {
        return Schedule.judgements(this);
    }

    /** What of jobs their owners and the administrators should look at. */
    public List<Concern> concerns() {
        return Concerns.of(this);
    }

    /** Whether a process on a GPU is of a job that has no lease for it. */
    public boolean stray(GpuId gpu, GpuProcess process) {
        return Concerns.stray(state, gpu, process);
    }

    /** What every GPU is to a job that waits for some. */
    public Map<GpuId, Offer> offers(Job job) {
        return Offers.to(this, job);
    }

    /** The last jobs that had a GPU, the latest first. */
    public List<GpuUse> uses(GpuId gpu, int most) {
        return GpuUse.of(state, gpu, most);
    }

    /** When a queued job could start; empty when it is not queued. Costs a look at thousands of jobs. */
    public Optional<Estimate> estimate(JobId job) {
        return Outlook.of(this, job);
    }

    /** Why each queued job waits, in the order in which they would start within their line. */
    public Map<JobId, WaitReason> waits() {
        Map<JobId, WaitReason> reasons = new LinkedHashMap<>();
        Engine.POLICY.judge(Schedule.situation(this), (job, verdict) -> {
            reasons.put(
                    job.id(),
                    state.stopped().<WaitReason>map(WaitReason.Stopped::new).orElse(reason(verdict)));
            return true;
        });
        for (JobId id : state.held()) {
            reasons.put(id, dependency(state.job(id).orElseThrow()));
        }
        for (JobId id : state.resting()) {
            reasons.put(id, rest(state.job(id).orElseThrow()));
        }
        return reasons;
    }

    /** Why one queued job waits; empty when it is not queued. */
    public Optional<WaitReason> wait(JobId id) {
        Optional<Job> queued = state.job(id).filter(job -> job.state() instanceof JobState.Queued);
        if (queued.isEmpty()) {
            return Optional.empty();
        }
        if (state.held().contains(id.value())) {
            return queued.map(this::dependency);
        }
        if (state.resting().contains(id.value())) {
            return queued.map(this::rest);
        }
        if (state.stopped().isPresent()) {
            return state.stopped().map(WaitReason.Stopped::new);
        }
        WaitReason[] found = {new WaitReason.Turn()};
        Engine.POLICY.judge(Schedule.situation(this), (job, verdict) -> {
            if (job.id().equals(id)) {
                found[0] = reason(verdict);
                return false;
            }
            return true;
        });
        return Optional.of(found[0]);
    }

    private static WaitReason reason(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Start start -> new WaitReason.Turn();
            case Verdict.Wait wait -> wait.reason();
        };
    }

    private WaitReason rest(Job job) {
        long until = job.state() instanceof JobState.Queued queued
                ? queued.rest().map(JobState.Rest::untilNanos).orElse(0L)
                : 0;
        Duration left = Duration.ofNanos(Math.max(0, until - now.monotonicNanos()));
        return new WaitReason.Rest(job.past().size(), left, state.leases().containsKey(job.id()));
    }

    private WaitReason dependency(Job job) {
        List<JobId> pending = job.spec().after().stream()
                .filter(parent -> state.job(parent)
                        .filter(found -> !(found.state() instanceof JobState.Ended))
                        .isPresent())
                .toList();
        return new WaitReason.Dependency(pending);
    }
}
