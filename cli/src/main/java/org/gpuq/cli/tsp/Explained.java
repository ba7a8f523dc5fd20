package org.gpuq.cli.tsp;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.gpuq.cli.command.Call;
import org.gpuq.cli.command.Verb;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.engine.Refusal;
import org.gpuq.daemon.port.RefusedException;

/** Turns what goes wrong into task-spooler's words and exit codes; below, indented, what task-spooler does not say. */
final class Explained implements Verb {
    /** A command of this face. */
    interface Deed {
        int run(Call call) throws TspException, RefusedException, InterruptedException;
    }

    private final Deed deed;

    Explained(Deed deed) {
        this.deed = deed;
    }

    @Override
    public int run(Call call) throws InterruptedException {
        try {
            return deed.run(call);
        } catch (TspException e) {
            return explain(call, e);
        } catch (RefusedException e) {
            Refusal refusal = e.refusal();
            return explain(call, TspException.request(Sentence.of(refusal.message()), refusal.hint()));
        }
    }

    private static int explain(Call call, TspException e) throws InterruptedException {
        StringBuilder text = new StringBuilder(Sanitize.text(String.valueOf(e.getMessage())));
        text.append('\n');
        if (!e.explanation().isEmpty()) {
            text.append("  ").append(Sanitize.text(e.explanation())).append('\n');
        }
        call.client().err(text.toString().getBytes(UTF_8));
        return e.status();
    }
}
