package org.gpuq.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.RawBytes;

/**
 * What makes jobs of one person alike: they need as much, and have the same label, or run the same program in the same
 * place. Of somebody else's jobs whose commands are hidden all that need as much are alike.
 *
 * @param what the label, or the program and where it runs
 */
record Likeness(int uid, int gpus, int slots, List<RawBytes> what) {
    /** Programs that say nothing of what is done: their first argument that is no option does. */
    private static final Set<String> INTERPRETERS = Set.of(
            "accelerate",
            "bash",
            "deepspeed",
            "env",
            "julia",
            "nice",
            "node",
            "perl",
            "python",
            "python3",
            "ruby",
            "Rscript",
            "sh",
            "srun",
            "taskset",
            "torchrun",
            "uv",
            "zsh");

    Likeness {
        what = List.copyOf(what);
    }

    /** The closest kind first. */
    static List<Likeness> of(JobSpec spec) {
        List<Likeness> kinds = new ArrayList<>();
        spec.label().ifPresent(label -> kinds.add(of(spec, List.of(label))));
        List<RawBytes> program =
                new ArrayList<>(List.of(spec.directory(), spec.command().getFirst()));
        if (interpreter(spec.command().getFirst())) {
            spec.command().stream()
                    .skip(1)
                    .filter(word -> !word.latin1().startsWith("-"))
                    .findFirst()
                    .ifPresent(program::add);
        }
        kinds.add(of(spec, program));
        return kinds;
    }

    private static Likeness of(JobSpec spec, List<RawBytes> what) {
        Resources resources = spec.resources();
        return new Likeness(spec.user().uid(), resources.gpus(), resources.slots(), what);
    }

    private static boolean interpreter(RawBytes program) {
        String path = program.latin1();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return INTERPRETERS.contains(name) || name.startsWith("python3.");
    }
}
