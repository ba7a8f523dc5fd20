package org.gpuq;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.poll.AdoptedWatch;
import org.gpuq.daemon.poll.AdoptedWatch.Adopted;
import org.gpuq.daemon.poll.ProcFs;
import org.gpuq.daemon.port.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that were adopted: watches for their end, and asks them to end when their job is cancelled. Signals go with the
 * daemon's own rights; where those would not do, the core has refused the wish.
 */
final class AdoptedProcesses implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(AdoptedProcesses.class);
    private static final int SIGKILL = 9;

    private final ProcFs proc = new ProcFs(Path.of("/proc"));

    AdoptedWatch watch(Supplier<State> state, Consumer<Token> departed) {
        return new AdoptedWatch(proc, () -> running(state.get()), departed);
    }

    private static List<Adopted> running(State state) {
        List<Adopted> all = new ArrayList<>();
        for (JobId id : state.active()) {
            adopted(state, id)
                    .ifPresent(run -> run.process().ifPresent(process -> all.add(new Adopted(run.token(), process))));
        }
        return all;
    }

    private static Optional<Run> adopted(State state, JobId id) {
        return state.job(id).filter(job -> job.spec().adopted()).map(Job::state).flatMap(it -> it.maybeRun());
    }

    @Override
    public void happened(Event event, View before, View after) {
        if (event instanceof Event.SignalSent sent) {
            adopted(after.state(), sent.job())
                    .flatMap(Run::process)
                    .filter(process -> proc.runs(process.pid(), process.startTicks()))
                    .ifPresent(process -> signal(process, sent.signal()));
        }
    }

    /** To it and to those that descend from it, which would otherwise run on without it. */
    private static void signal(JobProcess process, int signal) {
        Optional<ProcessHandle> first = ProcessHandle.of(process.pid());
        List<ProcessHandle> all = first.stream()
                .flatMap(it -> Stream.concat(Stream.of(it), it.descendants()))
                .toList();
        for (ProcessHandle one : all) {
            boolean sent = signal == SIGKILL ? one.destroyForcibly() : one.destroy();
            LOG.info("signal {} to adopted process {}{}", signal, one.pid(), sent ? "" : " failed");
        }
    }
}
