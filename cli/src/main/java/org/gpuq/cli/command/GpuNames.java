package org.gpuq.cli.command;

import java.util.List;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.daemon.port.RefusedException;

/** GPUs as people name them: by number, or by UUID or its beginning. */
final class GpuNames {
    private static final int LEAST_OF_A_UUID = 6;

    private GpuNames() {}

    static ObservedGpu find(GpuSnapshot gpus, String word) throws RefusedException {
        List<ObservedGpu> named = gpus.gpus().stream()
                .filter(gpu -> gpu.label().equals(word)
                        || gpu.id().uuid().equals(word)
                        || (word.length() >= LEAST_OF_A_UUID && gpu.id().uuid().startsWith(word)))
                .toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        throw new RefusedException(new Refusal(
                Kind.NOT_FOUND,
                named.isEmpty()
                        ? "there is no GPU '" + Usage.text(word) + "'"
                        : "'" + Usage.text(word) + "' names " + named.size() + " GPUs",
                "'q gpu' lists them; a number, a UUID or its beginning names one"));
    }
}
