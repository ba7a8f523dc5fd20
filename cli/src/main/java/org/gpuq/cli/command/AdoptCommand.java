package org.gpuq.cli.command;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.cli.render.GpuNumbers;
import org.gpuq.core.engine.Outsider;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a process outside the queue a job. */
@Command(
        name = "adopt",
        header = "Make a process that runs outside the queue a job of its owner.",
        optionListHeading = "%n",
        customSynopsis = "q adopt [OPTION]... PID",
        description = {
            "",
            "Prints the job's id. The GPUs that it and its children are on are its own until it ends. It is not touched:"
                    + " its output stays where it is, and its exit code cannot be known. For its owner, and"
                    + " administrators."
        },
        footer = {"", "Examples:", "  q adopt 9911", "  q wait $(q adopt 9911) && ./evaluate"})
final class AdoptCommand implements Verb {
    private static final int MAX_ANCESTORS = 64;

    @Option(
            names = {"-L", "--label"},
            paramLabel = "LABEL",
            description = "A label, to find jobs of a kind.")
    @Nullable String label;

    @Option(names = "--name", paramLabel = "NAME", description = "A name, for people.")
    @Nullable String name;

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "PID", arity = "1", description = "The process, as 'q gpu' shows it, or a parent of it.")
    String pid = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        int number = ProcessIds.parse(pid);
        JobId id = call.queue().adopt(outsider(call, number), call.user(), call.administrator());
        call.out(id + "\n");
        View view = call.queue().view();
        List<GpuId> gpus = view.state()
                .job(id)
                .flatMap(job -> job.state().maybeRun())
                .map(Run::gpus)
                .orElse(List.of());
        call.remark("process " + number + " is job " + id + " now, on GPU " + new GpuNumbers(view.gpus()).of(gpus));
        return Call.OK;
    }

    /** The start time is read before the owner and after: a pid that changes hands in between is nobody's. */
    private Outsider outsider(Call call, int number) throws RefusedException {
        Processes processes = call.services().processes();
        Processes.Facts facts = processes.find(number).orElseThrow(() -> gone(number));
        Processes.Description description = processes.describe(number).orElseThrow(() -> gone(number));
        if (!processes.find(number).equals(Optional.of(facts))) {
            throw gone(number);
        }
        if (description.owner().uid() != description.realUid() && !call.administrator()) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "process " + number + " has other rights than those of whoever started it",
                    "an administrator adopts it"));
        }
        EnvironmentId none = call.queue().keep(List.of());
        return new Outsider(
                new ProcessKey(number, facts.startTicks()),
                description.owner(),
                family(call.queue().view(), processes, facts),
                description.words(),
                description.directory(),
                none,
                Optional.ofNullable(label).map(RawBytes::new),
                Optional.ofNullable(name).map(RawBytes::new));
    }

    /** The few that are on GPUs are asked for their ancestors, which costs less than to look through all there are. */
    private static Set<ProcessKey> family(View view, Processes processes, Processes.Facts head) {
        Set<ProcessKey> family = new HashSet<>();
        family.add(new ProcessKey(head.pid(), head.startTicks()));
        view.gpus().gpus().stream()
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .forEach(listed -> listed.key()
                        .filter(key -> descends(processes, key.pid(), head))
                        .ifPresent(family::add));
        return family;
    }

    private static boolean descends(Processes processes, int pid, Processes.Facts head) {
        Optional<Processes.Facts> at = processes.find(pid);
        for (int depth = 0; depth < MAX_ANCESTORS && at.isPresent(); depth++) {
            if (at.equals(Optional.of(head))) {
                return true;
            }
            at = at.get().parent() <= 1
                    ? Optional.empty()
                    : processes.find(at.get().parent());
        }
        return false;
    }

    private static RefusedException gone(int pid) {
        return new RefusedException(
                new Refusal(Kind.NOT_FOUND, "there is no process " + pid, "'q gpu' shows those on GPUs"));
    }
}
