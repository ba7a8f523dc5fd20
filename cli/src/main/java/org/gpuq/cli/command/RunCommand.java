package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.cli.render.Estimates;
import org.gpuq.cli.render.GpuNumbers;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Bounds;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.policy.WaitReason;
import org.gpuq.daemon.port.DaemonControl.Confinement;
import org.gpuq.daemon.port.RefusedException;
import org.gpuq.daemon.port.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Queues a command. */
@Command(
        name = "run",
        header = "Queue a command; it runs when its turn has come.",
        optionListHeading = "%n",
        customSynopsis = "q run [OPTION]... [--] COMMAND [ARGUMENT]...",
        description = {
            "",
            "Prints the job's id. The job has your rights, environment, directory and limits, and goes on when you log"
                    + " out. Options end at the first word of COMMAND."
        },
        footer = {
            "",
            "Examples:",
            "  q run --gpu python train.py           on one GPU",
            "  q run --gpu 2 --name big ./train.sh   on two GPUs",
            "  q run --gpu --gpu-mem 40G ./train.sh  on one with so much memory free",
            "  q run --gpu 1/4 ./notebook.sh         on a quarter of one, beside others",
            "  q run --after 12,13 ./evaluate        when both have finished successfully",
            "  q run -f --gpu python                 here, once a GPU is free",
            "  q run --time 2h --signal USR1@60s ./train.sh   told a minute before it is ended",
            "  q run --retries 3 --requeue-on exit:75,gpu-fault ./train.sh",
            "  q python train.py                     the same as q run, labelled with your name"
        })
final class RunCommand implements Verb {
    @Option(
            names = "--gpu",
            arity = "0..1",
            paramLabel = "[=N]",
            preprocessor = GpuCount.OneUnlessSaid.class,
            hideParamSyntax = true,
            description = "Needs GPUs: N of them, one without a number.")
    @Nullable String gpu;

    @Option(names = "-G", paramLabel = "N", description = "The same as --gpu=N.")
    @Nullable String gpus;

    @Option(
            names = {"-N", "--slots"},
            paramLabel = "N",
            description = "Needs N CPU slots instead of one. A job with GPUs takes none.")
    @Nullable String slots;

    @Option(
            names = {"-L", "--label"},
            paramLabel = "LABEL",
            description = "A label, to find jobs of a kind.")
    @Nullable String label;

    @Option(names = "--name", paramLabel = "NAME", description = "A name, for people.")
    @Nullable String name;

    @Option(
            names = "--after",
            paramLabel = "ID",
            description = "Starts when these jobs have finished successfully; is skipped when one has not.")
    @Nullable List<String> after;

    @Option(names = "--cwd", paramLabel = "DIR", description = "Runs in this directory instead of the current one.")
    @Nullable String cwd;

    @Option(
            names = {"-f", "--foreground"},
            description = "Runs in this terminal; q waits, and exits as the job does.")
    boolean foreground;

    @Mixin
    TermsOptions terms = new TermsOptions();

    @Mixin
    GpuAsk ask = new GpuAsk();

    @Mixin
    BoundsOptions bounds = new BoundsOptions();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "COMMAND", hidden = true)
    @Nullable List<String> words;

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        JobSpec spec = spec(call);
        if (foreground) {
            return new Foreground(call.services()).run(call, spec);
        }
        JobId id = call.queue().submit(spec);
        call.out(id + "\n");
        if (call.request().terminal().stderr()) {
            call.remark(outlook(call.queue().view(), id));
        }
        return Call.OK;
    }

    JobSpec spec(Call call) throws RefusedException {
        if (!call.may(Deed.SUBMIT)) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "jobs do not run as root here",
                    "submit as yourself, or have shared.root_jobs set in the configuration"));
        }
        Request request = call.request();
        List<RawBytes> command = command();
        Bounds wanted = bounds.bounds();
        Optional<String> beyond =
                BoundsOptions.beyond(wanted, call.services().daemon().status().controls());
        if (beyond.isPresent()) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    "this machine cannot limit a job's " + beyond.get() + ": it has no control groups for that",
                    "'q daemon status' says what it can limit"));
        }
        Resources resources = resources(call).within(wanted);
        if (resources.gpus() > 0 && call.services().daemon().status().confinement() instanceof Confinement.Impossible) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    "jobs are to be confined to their GPUs here, and this machine cannot do that",
                    "'q daemon status' says why; shared.confine_gpus in the configuration asks for it"));
        }
        List<JobId> parents = JobIds.parse(after);
        RawBytes directory = directory(request.directory());
        ExecLimits.check(command, request.environment(), request.limits());
        EnvironmentId environment = call.queue().keep(request.environment());
        return new JobSpec(
                call.user(),
                command,
                directory,
                environment,
                request.umask(),
                request.limits(),
                raw(label),
                raw(name),
                resources,
                parents,
                terms.parse(foreground),
                foreground,
                Delivery.PLAIN,
                request.nice());
    }

    private static Optional<RawBytes> raw(@Nullable String text) {
        return Optional.ofNullable(text).map(RawBytes::new);
    }

    private List<RawBytes> command() throws RefusedException {
        if (words == null || words.isEmpty()) {
            throw Usage.wrong("there is no command to run", "q run [OPTION]... COMMAND [ARGUMENT]...");
        }
        if (words.getFirst().isEmpty()) {
            throw Usage.wrong("the command's first word is empty: no program has that name", "check the quoting");
        }
        return words.stream().map(RawBytes::new).toList();
    }

    private Resources resources(Call call) throws RefusedException {
        if (gpu != null && gpus != null) {
            throw Usage.wrong("--gpu and -G both say how many GPUs", "give one of them");
        }
        String count = gpu != null ? gpu : gpus;
        if ((count != null || ask.asked()) && slots != null) {
            throw Usage.wrong("a job with GPUs takes no CPU slots, so --slots has no meaning for it", "leave it out");
        }
        if (slots != null) {
            return new Resources(0, SlotCount.parse(slots));
        }
        Optional<Resources> counted = count == null ? Optional.empty() : Optional.of(GpuCount.parse(count));
        return ask.asked() ? ask.with(call, counted) : counted.orElse(Resources.CPU);
    }

    private RawBytes directory(RawBytes current) throws RefusedException {
        if (cwd != null && cwd.isEmpty()) {
            throw Usage.wrong("--cwd is empty", "name a directory, or leave it out for the current one");
        }
        if (cwd != null && cwd.startsWith("/")) {
            return new RawBytes(cwd);
        }
        if (current.isEmpty()) {
            throw Usage.wrong(
                    "the current directory does not exist any more", "cd to one that does, or give --cwd /DIR");
        }
        return cwd == null
                ? current
                : new RawBytes(current.latin1().equals("/") ? "/" + cwd : current.latin1() + "/" + cwd);
    }

    /** What will become of a job that was just taken in. */
    static String outlook(View view, JobId id) {
        Optional<Job> job = view.state().job(id);
        if (job.isEmpty()) {
            return "job " + id + " is done";
        }
        return switch (job.get().state()) {
            case JobState.Queued queued ->
                "job " + id + " is queued: "
                        + view.wait(id).map(RunCommand::place).orElse("about to start")
                        + Estimates.remark(view, id);
            case JobState.Starting starting -> starts(view, id, starting.run().gpus());
            case JobState.Running running -> starts(view, id, running.run().gpus());
            case JobState.Ended ended ->
                "job " + id + " is " + job.get().state().word();
        };
    }

    static String starts(View view, JobId id, List<GpuId> gpus) {
        String where = new GpuNumbers(view.gpus()).of(gpus);
        return "job " + id + " starts now" + (gpus.isEmpty() ? "" : " on GPU " + where);
    }

    static String place(WaitReason reason) {
        return switch (reason) {
            case WaitReason.Behind behind -> "place " + (behind.ahead() + 1) + ", " + behind.sentence();
            case WaitReason.Dependency dependency -> dependency.sentence();
            case WaitReason.Slots slots -> "place 1, " + slots.sentence();
            case WaitReason.TooFewSlots tooFew -> tooFew.sentence();
            case WaitReason.Gpus gpus -> "place 1, " + gpus.sentence();
            case WaitReason.UserGpus limit -> limit.sentence();
            case WaitReason.Driver driver -> "place 1, " + driver.sentence();
            case WaitReason.TooFewFit tooFew -> tooFew.sentence();
            case WaitReason.Rest rest -> rest.sentence();
            case WaitReason.Stopped stopped -> stopped.sentence();
            case WaitReason.Turn turn -> turn.sentence();
        };
    }
}
