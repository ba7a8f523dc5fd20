package org.gpuq.core.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.gpuq.core.model.GpuId;

/**
 * Which GPUs a job can do with, beyond how many.
 *
 * @param memoryBytes free memory that each must have
 * @param type a pattern that its name must contain
 * @param among when not empty, the GPUs it may be given
 * @param share when it does not need the whole of one
 */
public record GpuWant(OptionalLong memoryBytes, Optional<NamePattern> type, List<GpuId> among, Optional<Share> share) {
    public static final GpuWant ANY = new GpuWant(OptionalLong.empty(), Optional.empty(), List.of(), Optional.empty());

    public static final int MOST_PARTS = 64;

    public GpuWant {
        among = List.copyOf(among);
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("memory must be more than 0: " + memoryBytes);
        }
        if (share.isPresent() && share.get() instanceof Share.Memory && memoryBytes.isEmpty()) {
            throw new IllegalArgumentException("who shares says how much memory it takes");
        }
    }

    /** How much of one GPU is enough. */
    public sealed interface Share {
        /** The memory that it declares. */
        record Memory() implements Share {}

        /** @param of one of so many equal parts, 2 to {@value #MOST_PARTS} */
        record Part(int of) implements Share {
            public Part {
                if (of < 2 || of > MOST_PARTS) {
                    throw new IllegalArgumentException("a part is one of 2 to " + MOST_PARTS + ": " + of);
                }
            }
        }
    }

    public boolean any() {
        return equals(ANY);
    }

    /** Memory that it may use of a shared GPU, bytes. */
    public long shareBytes(long totalBytes) {
        long part = share.isPresent() && share.get() instanceof Share.Part parts ? totalBytes / parts.of() : 0;
        return Math.max(part, memoryBytes.orElse(0));
    }

    /** Words to put behind "a GPU": {@code with 40.0 GiB free and H100 in its name}; empty when any will do. */
    public String words() {
        List<String> words = new ArrayList<>();
        memoryBytes.ifPresent(
                bytes -> words.add(String.format(Locale.ROOT, "with %.1f GiB free", bytes / (double) (1L << 30))));
        type.ifPresent(pattern -> words.add("of type " + pattern.text()));
        if (!among.isEmpty()) {
            words.add("among " + among.stream().map(GpuId::uuid).collect(Collectors.joining(", ")));
        }
        share.ifPresent(how -> words.add("to share"));
        return String.join(", ", words);
    }
}
