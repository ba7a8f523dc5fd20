package org.gpuq.cli.tsp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.RefusedException;

/** What the command in TS_ENV says of the surroundings that a job is queued in; {@code -i} shows it. */
final class Remark {
    private static final String VARIABLE = "TS_ENV";
    private static final String CUT = "\n(cut off after " + (ForegroundEvent.Captured.MOST_BYTES >> 10) + " KiB)";

    private Remark() {}

    /**
     * Has the caller's own {@code q} run it, and waits.
     *
     * @return in the form in which environments are stored: without a NUL
     */
    static Optional<List<RawBytes>> ask(Call call) throws InterruptedException {
        Optional<String> command = call.variable(VARIABLE);
        if (command.isEmpty()) {
            return Optional.empty();
        }
        call.client().capture(List.of(RawBytes.utf8("/bin/sh"), RawBytes.utf8("-c"), new RawBytes(command.get())));
        while (true) {
            switch (call.client().await()) {
                case ForegroundEvent.Captured captured -> {
                    return Optional.of(entries(captured));
                }
                case ForegroundEvent.Gone gone ->
                    throw new InterruptedException("the client left while its TS_ENV ran");
                case ForegroundEvent.Started started -> {}
                case ForegroundEvent.Ended ended -> {}
                case ForegroundEvent.NotStarted not -> {}
                case ForegroundEvent.FileFailed failed -> {}
            }
        }
    }

    private static List<RawBytes> entries(ForegroundEvent.Captured captured) {
        String text = captured.output().latin1() + (captured.cut() ? CUT : "");
        return Arrays.stream(text.split("\0", -1)).map(RawBytes::new).toList();
    }

    /** Line by line, for who may see it: its owner alone. */
    static Optional<String> text(Call call, Job job) throws RefusedException {
        return call.queue().remark(job).map(Remark::lines);
    }

    private static String lines(List<RawBytes> entries) {
        String all = entries.stream().map(RawBytes::latin1).collect(Collectors.joining("\0"));
        return all.lines().map(line -> safe(line) + "\n").collect(Collectors.joining());
    }

    private static String safe(String line) {
        return Arrays.stream(line.split("\t", -1))
                .map(part -> Sanitize.text(new RawBytes(part)))
                .collect(Collectors.joining("\t"));
    }
}
