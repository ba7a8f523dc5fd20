package org.gpuq.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.GpuWant.Share;
import org.gpuq.core.job.NamePattern;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which GPUs a job wants, beyond how many. Each of these asks for one GPU where no number is given. */
final class GpuAsk {
    @Option(names = "--gpu-mem", paramLabel = "SIZE", description = "GPUs with this much memory free, such as 40G.")
    @Nullable String memory;

    @Option(names = "--gpu-type", paramLabel = "REGEX", description = "GPUs whose name contains this, such as H100.")
    @Nullable String type;

    @Option(names = "--gpu-index", paramLabel = "N,...", description = "These GPUs, by the numbers 'q gpu' shows.")
    @Nullable String indices;

    @Option(names = "--gpu-uuid", paramLabel = "UUID,...", description = "These GPUs or MIG slices, by UUID.")
    @Nullable String uuids;

    @Option(
            names = "--share",
            description = "With --gpu-mem: jobs that declare their memory too may be on the same GPU.")
    boolean share;

    boolean asked() {
        return memory != null || type != null || indices != null || uuids != null || share;
    }

    /** @param counted how many GPUs, or which part of one, as far as that was said */
    Resources with(Call call, Optional<Resources> counted) throws RefusedException {
        List<GpuId> among = among(call.queue().view().gpus());
        Resources base = counted.orElseGet(() -> new Resources(Math.max(1, among.size())));
        Optional<Share> part = base.want().share();
        if (share && part.isEmpty() && memory == null) {
            throw Usage.wrong(
                    "--share needs to know how much memory the job takes",
                    "say --gpu-mem 8G, or ask for a part: --gpu 1/4");
        }
        if (share && base.gpus() != 1) {
            throw Usage.wrong("a job can share one GPU, not " + base.gpus(), "leave the number out");
        }
        if (!among.isEmpty() && among.size() < base.gpus()) {
            throw Usage.wrong(
                    "the job asks for " + base.gpus() + " GPUs and names " + among.size(), "name as many, or more");
        }
        OptionalLong bytes = memory == null ? OptionalLong.empty() : OptionalLong.of(Amounts.size("--gpu-mem", memory));
        Optional<Share> how = part.or(() -> share ? Optional.of(new Share.Memory()) : Optional.empty());
        return new Resources(base.gpus(), base.slots(), new GpuWant(bytes, pattern(), among, how));
    }

    private Optional<NamePattern> pattern() throws RefusedException {
        if (type == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new NamePattern(Usage.text(type)));
        } catch (IllegalArgumentException e) {
            throw Usage.wrong(
                    "--gpu-type '" + Usage.text(type) + "' is no regular expression: " + e.getMessage(),
                    "a part of the name will do, such as H100");
        }
    }

    /** Numbers are turned into UUIDs at once: they may mean other GPUs when the job's turn comes. */
    private List<GpuId> among(GpuSnapshot gpus) throws RefusedException {
        List<GpuId> among = new ArrayList<>();
        for (String given : new String[] {indices, uuids}) {
            for (String word : given == null ? new String[0] : given.split(",", -1)) {
                GpuId id = GpuNames.find(gpus, word.strip()).id();
                if (!among.contains(id)) {
                    among.add(id);
                }
            }
        }
        return among;
    }
}
