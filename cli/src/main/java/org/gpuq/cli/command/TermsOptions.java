package org.gpuq.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.render.Signals;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Retries.Trigger;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say for how long a job may run, and when it is run again. */
final class TermsOptions {
    private static final int RETRIES_UNLESS_SAID = 3;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "Ends it when it has run for so long, such as 90s or 2h30m: with TERM, then KILL.")
    @Nullable String time;

    @Option(
            names = "--signal",
            paramLabel = "SIG@TIME",
            description = "Sends it a signal so long before that, such as USR1@60s.")
    @Nullable String signal;

    @Option(names = "--retries", paramLabel = "N", description = "Runs it again when it fails, at most N times.")
    @Nullable String retries;

    @Option(
            names = "--requeue-on",
            paramLabel = "END,...",
            description = "Runs it again only after these ends: exit:CODE, signal:NAME, gpu-fault; and gpu-race, when"
                    + " somebody outside the queue came onto its GPU before it did.")
    @Nullable String requeueOn;

    @Option(
            names = "--retry-delay",
            paramLabel = "TIME",
            description = "How long it rests first, doubled each time: 10s unless said.")
    @Nullable String delay;

    @Option(names = "--requeue", description = "Queues it again when the machine goes down while it runs.")
    boolean requeue;

    Terms parse(boolean foreground) throws RefusedException {
        Retries again = retries();
        if (foreground && !again.equals(Retries.NONE)) {
            throw Usage.wrong("-f runs the job in this terminal, once", "leave -f out to have it run again");
        }
        if (time == null && signal != null) {
            throw Usage.wrong("--signal is sent before the time is up, and there is no --time", "give both");
        }
        if (time == null) {
            return again.equals(Retries.NONE) ? Terms.PLAIN : new Terms(Optional.empty(), again);
        }
        Duration limit = TimeText.parse("--time", time);
        Optional<TimeLimit.Warning> warning = signal == null ? Optional.empty() : Optional.of(warning(signal));
        return new Terms(Optional.of(new TimeLimit(limit, warning)), again);
    }

    private static TimeLimit.Warning warning(String text) throws RefusedException {
        int at = text.indexOf('@');
        if (at < 0) {
            throw Usage.wrong(
                    "--signal takes a signal and a time, not '" + Usage.text(text) + "'", "write --signal USR1@60s");
        }
        return new TimeLimit.Warning(
                signal("--signal", text.substring(0, at)), TimeText.parse("--signal", text.substring(at + 1)));
    }

    private static int signal(String option, String name) throws RefusedException {
        return Signals.number(name)
                .orElseThrow(() -> Usage.wrong(
                        option + ": there is no signal '" + Usage.text(name) + "'", "such as USR1, TERM or KILL"));
    }

    private Retries retries() throws RefusedException {
        List<Trigger> on = new ArrayList<>();
        if (requeueOn != null) {
            for (String end : requeueOn.split(",", -1)) {
                on.add(trigger(end));
            }
        }
        int most = retries == null ? (requeueOn == null ? 0 : RETRIES_UNLESS_SAID) : count(retries);
        if (delay != null && most == 0) {
            throw Usage.wrong("--retry-delay has nothing to delay", "give --retries or --requeue-on too");
        }
        Duration rest = delay == null ? Retries.STANDARD_DELAY : TimeText.parse("--retry-delay", delay);
        return new Retries(most, rest, on, requeue);
    }

    private static int count(String text) throws RefusedException {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > Retries.MOST) {
            throw Usage.wrong(
                    "--retries takes a number from 0 to " + Retries.MOST + ", not '" + Usage.text(text) + "'", "");
        }
        return Integer.parseInt(text);
    }

    private static Trigger trigger(String end) throws RefusedException {
        if (end.equals("gpu-fault")) {
            return new Trigger.GpuFault();
        }
        if (end.equals("gpu-race")) {
            return new Trigger.GpuRace();
        }
        if (end.startsWith("signal:")) {
            return new Trigger.Signal(signal("--requeue-on", end.substring("signal:".length())));
        }
        String code = end.startsWith("exit:") ? end.substring("exit:".length()) : "";
        if (code.matches("[0-9]{1,3}") && Integer.parseInt(code) >= 1 && Integer.parseInt(code) <= 255) {
            return new Trigger.Exit(Integer.parseInt(code));
        }
        throw Usage.wrong(
                "--requeue-on does not know '" + Usage.text(end) + "'",
                "it takes exit:CODE (1 to 255), signal:NAME, gpu-fault and gpu-race, with commas between them");
    }
}
