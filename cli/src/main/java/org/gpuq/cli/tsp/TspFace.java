package org.gpuq.cli.tsp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.command.Face;
import org.gpuq.cli.command.Verb;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/** Does what task-spooler's options ask for. */
public final class TspFace implements Face {
    /** Every option that asks for something by itself, such as {@code -l}. */
    public static List<String> actions() {
        return Arrays.stream(Action.values()).map(Action::option).toList();
    }

    @Override
    public Optional<Verb> read(List<RawBytes> words, Verb help, Verb version) {
        try {
            return Getopt.read(words).map(told -> verb(told, help, version));
        } catch (TspException e) {
            return Optional.of(new Explained(call -> {
                throw e;
            }));
        }
    }

    private static Verb verb(Told told, Verb help, Verb version) {
        if (told.submits()) {
            return new Explained(call -> new Submitting(call, told.job()).run(told.words()));
        }
        Target target = new Target(told.argument());
        return switch (told.action()) {
            case HELP -> help;
            case VERSION -> version;
            case LIST -> new Explained(TspFace::list);
            case STATE -> new Explained(call -> Waiting.state(call, target));
            case WAIT -> new Explained(call -> Waiting.until(call, target));
            case INFO -> new Explained(call -> info(call, target));
            case OUTPUT -> new Explained(call -> new Showing(call, target).output());
            case PID -> new Explained(call -> new Showing(call, target).pid());
            case CAT -> new Explained(call -> new Showing(call, target).cat());
            case TAIL -> new Explained(call -> new Showing(call, target).tail());
            case KILL -> new Explained(call -> new Changing(call).kill(target));
            case REMOVE -> new Explained(call -> new Changing(call).remove(target, told.words()));
            case URGENT -> new Explained(call -> new Changing(call).urgent(target));
            case SWAP ->
                new Explained(call -> new Changing(call).swap(told.argument().orElse("")));
            case SLOTS -> new Explained(call -> new Changing(call).slots(told.argument()));
            case CLEAR -> new Explained(call -> new Changing(call).clear());
            case END -> new Explained(call -> new Changing(call).end());
        };
    }

    private static int list(Call call) throws InterruptedException {
        call.out(TspTable.of(call.queue().view(), call.queue()::output));
        return Call.OK;
    }

    private static int info(Call call, Target target) throws TspException, RefusedException, InterruptedException {
        Job job = target.find(call, ListOrder::lastRun, Showing.NO_JOBS, "The job %s cannot be shown.");
        call.out(Info.of(call.queue().view(), job, call.zone(), Remark.text(call, job)));
        return Call.OK;
    }
}
