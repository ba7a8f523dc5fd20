package org.gpuq.core.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.gpuq.core.Gpus;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.Health;
import org.gpuq.core.gpu.Observation;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Thresholds;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

/** One GPU as it really is. */
final class Card {
    final int index;
    boolean present = true;
    boolean broken;
    boolean listable = true;
    boolean memoryReadable = true;
    /** Of no job; it holds next to no memory, so that nothing but its presence gives it away. */
    Optional<GpuProcess> guest = Optional.empty();
    /** What its health is, until a reset. */
    List<Trouble> troubles = List.of();

    OptionalLong resetNanos = OptionalLong.empty();
    Optional<Past> past = Optional.empty();
    /** Memory of processes that have ended is in use until then. */
    long emptyAtNanos = Long.MIN_VALUE;

    Card(int index) {
        this.index = index;
    }

    GpuId id() {
        return Gpus.id(index);
    }

    void heal() {
        present = true;
        broken = false;
        listable = true;
        memoryReadable = true;
        guest = Optional.empty();
    }

    /** Switched off and on: whatever it reported is of the past. */
    void reset(long nanos) {
        troubles = List.of();
        resetNanos = OptionalLong.of(nanos);
    }

    /** The card does not count the memory of guests, so they must not say that they hold any. */
    static GpuProcess small(GpuProcess process) {
        return new GpuProcess(
                process.pid(),
                process.user(),
                process.command(),
                OptionalLong.of(0),
                process.owner(),
                process.job(),
                process.detail());
    }

    boolean isOf(ProcessKey key) {
        return guest.flatMap(GpuProcess::key).equals(Optional.of(key));
    }

    /** Whoever was adopted is of a job. */
    private static GpuProcess named(GpuProcess guest, Function<ProcessKey, Optional<JobId>> adopted) {
        return guest.key()
                .flatMap(adopted)
                .map(job -> small(Gpus.ofJob(guest.pid(), job)).with(guest.detail()))
                .orElse(guest);
    }

    /**
     * What a poll sees at that time.
     *
     * @param adopted the job that a process has become, as far as the daemon knows
     */
    ObservedGpu seen(long nanos, Iterable<Program> programs, Function<ProcessKey, Optional<JobId>> adopted) {
        List<GpuProcess> processes =
                new ArrayList<>(guest.map(it -> named(it, adopted)).stream().toList());
        for (Program program : programs) {
            if (program.uses(id())) {
                processes.add(Gpus.ofJob(program.pid(), program.job));
            }
        }
        long jobs = processes.size() - guest.stream().count();
        long used = jobs * 20L * Gpus.GIB + (nanos < emptyAtNanos ? 10 * Gpus.GIB : 0);
        ObservedGpu look = Gpus.seen(
                index,
                memoryReadable ? OptionalLong.of(used) : OptionalLong.empty(),
                listable ? Optional.of(processes) : Optional.empty(),
                broken ? Optional.of("it is lost") : Optional.empty());
        past = Optional.of(
                Past.after(past, Observation.sight(look, Settings.DEFAULT.baseline(look), Thresholds.DEFAULT), nanos));
        return look.with(new Health(troubles, List.of(), resetNanos)).with(past.get());
    }
}
