package org.gpuq.daemon.journal;

import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.GpuWant.Share;
import org.gpuq.core.job.NamePattern;

/** A {@link GpuWant} in JSON. */
final class GpuWantFormat {
    private GpuWantFormat() {}

    static void write(JsonOut out, GpuWant want) {
        want.memoryBytes().ifPresent(bytes -> out.number("memory", bytes));
        want.type().ifPresent(type -> out.text("type", type.text()));
        out.gpus(want.among());
        want.share().ifPresent(share -> {
            switch (share) {
                case Share.Memory memory -> out.flag("shared", true);
                case Share.Part part -> out.number("part_of", part.of());
            }
        });
    }

    static GpuWant read(JsonIn in) {
        return new GpuWant(
                in.maybe("memory", in::number).map(OptionalLong::of).orElse(OptionalLong.empty()),
                in.maybe("type", in::text).map(NamePattern::new),
                in.gpus(),
                share(in));
    }

    private static Optional<Share> share(JsonIn in) {
        Optional<Share> part = in.maybe("part_of", in::integer).map(Share.Part::new);
        return part.or(() -> in.has("shared") ? Optional.of(new Share.Memory()) : Optional.empty());
    }
}
