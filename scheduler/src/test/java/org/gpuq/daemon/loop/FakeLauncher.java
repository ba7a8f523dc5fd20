package org.gpuq.daemon.loop;

import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Launcher;

/** Writes down what it was asked to do. */
final class FakeLauncher implements Launcher {
    /** One start, with all that came with it. */
    record Start(Token token, JobId job, List<RawBytes> environment, RawBytes output) {}

    final List<Start> starts = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    boolean faulty;

    @Override
    public void start(Token token, JobId job, JobSpec spec, List<RawBytes> environment, RawBytes output) {
        if (faulty) {
            throw new IllegalStateException("planted");
        }
        starts.add(new Start(token, job, environment, output));
        said.add("start " + job);
    }

    @Override
    public void signal(Token token, int signal) {
        said.add("signal " + token.low() + " " + signal);
    }

    @Override
    public void signalGroup(Token token, int signal) {
        said.add("signal group " + token.low() + " " + signal);
    }

    @Override
    public void adopt(Token token) {
        said.add("adopt " + token.low());
    }

    @Override
    public void forget(Token token) {
        said.add("forget " + token.low());
    }
}
