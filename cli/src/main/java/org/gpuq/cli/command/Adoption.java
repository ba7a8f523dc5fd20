package org.gpuq.cli.command;

import org.gpuq.core.engine.Input;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.RefusedException;

/**
 * Takes foreground jobs over from an earlier daemon. The {@code q} that one runs in, or is to run in, comes back by itself;
 * one whose {@code q} does not is given up.
 */
final class Adoption {
    private final Services services;

    Adoption(Services services) {
        this.services = services;
    }

    /** To be called once, before calls are taken; returns at once. */
    void adopt() {
        for (Job job : services.queue().view().state().jobs()) {
            if (job.spec().foreground() && !(job.state() instanceof JobState.Ended)) {
                Thread.ofVirtual().name("adopt-" + job.id()).start(() -> adopt(job));
            }
        }
    }

    private void adopt(Job job) {
        try {
            switch (job.state()) {
                case JobState.Queued queued -> expect(job);
                case JobState.Starting starting -> expect(starting.run().token());
                case JobState.Running running -> expect(running.run().token());
                case JobState.Ended ended -> {}
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without a terminal it has nowhere to run. Its turn may have come meanwhile all the same. */
    private void expect(Job waiting) throws InterruptedException {
        if (services.seats().takenOver(waiting.id(), Attachments.NOBODY, services.returnGrace())) {
            return;
        }
        Foreground.takeBack(services, waiting.spec().user(), waiting.id());
        services.queue()
                .view()
                .state()
                .job(waiting.id())
                .filter(job -> job.state().active())
                .flatMap(job -> job.state().maybeRun())
                .map(Run::token)
                .filter(token -> !services.attachments().attached(token))
                .ifPresent(this::lost);
    }

    private void expect(Token token) throws InterruptedException {
        if (!services.attachments().takenOver(token, Attachments.NOBODY, services.returnGrace())) {
            lost(token);
        }
    }

    private void lost(Token token) {
        try {
            services.queue().report(new Input.Vanished(token, "its q did not come back after the daemon's restart"));
        } catch (RefusedException e) {
            // It cannot be written now: the queue keeps it until it can.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
