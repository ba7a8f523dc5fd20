package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/**
 * A job as it was asked for by other words than {@code q run}'s. What it needs of the caller and what is checked are the
 * same.
 *
 * @param gpus how many, as typed; empty for a job without GPUs
 * @param slots how many CPU slots, as typed; empty for one
 * @param after jobs that must finish successfully first
 */
public record Wish(
        List<RawBytes> command,
        RawBytes label,
        Optional<String> gpus,
        Optional<String> slots,
        List<JobId> after,
        boolean foreground,
        Delivery delivery) {
    public Wish {
        command = List.copyOf(command);
        after = List.copyOf(after);
    }

    /** @throws RefusedException when it could never run */
    public JobSpec spec(Call call) throws RefusedException {
        RunCommand run = new RunCommand();
        run.words = command.stream().map(RawBytes::latin1).toList();
        run.label = label.latin1();
        run.gpus = gpus.orElse(null);
        run.slots = slots.orElse(null);
        run.after = after.stream().map(JobId::toString).toList();
        run.foreground = foreground;
        return run.spec(call).with(delivery);
    }

    /** What will become of a job that was just taken in, a sentence for the person who sent it. */
    public static String outlook(View view, JobId id) {
        return RunCommand.outlook(view, id);
    }
}
