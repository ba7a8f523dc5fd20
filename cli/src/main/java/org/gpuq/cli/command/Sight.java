package org.gpuq.cli.command;

import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.User;

/**
 * What one caller sees of what is others': the one place that decides it, whatever prints it and in whatever form. Who
 * may see a job's command line sees that of its processes.
 */
final class Sight {
    private final User user;
    private final boolean jobs;
    private final boolean processes;

    Sight(Rules rules, User user) {
        this.user = user;
        this.jobs = rules.showCommands() || Deed.SEE_COMMAND.allowedTo(rules.role(user));
        this.processes = rules.showProcesses() || Deed.SEE_COMMAND.allowedTo(rules.role(user));
    }

    View of(View view) {
        return view.seenThrough(this::of, this::of);
    }

    Job of(Job job) {
        if (job.spec().user().is(user)) {
            return job;
        }
        return jobs ? job.withoutEnvironment() : job.withoutCommand();
    }

    /** A process of no job is shown as {@code ps} would show it. */
    private GpuProcess of(GpuProcess process) {
        boolean own = process.user().filter(user::is).isPresent();
        boolean shown = process.owner() == GpuProcess.Owner.JOB ? jobs : processes;
        return own || shown ? process : process.withoutCommand();
    }
}
