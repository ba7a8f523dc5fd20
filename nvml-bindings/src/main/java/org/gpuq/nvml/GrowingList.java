package org.gpuq.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.nvml.jna.NvmlLibrary;

/**
 * Calls that fill an array of the caller's. The list can grow between two calls, so a refused buffer is made
 * larger than what was said to be needed, and after a few tries the answer is a failure instead of a loop.
 */
final class GrowingList {
    /** The largest element any driver writes; always allocating for it keeps a wrong guess harmless. */
    static final int ELEMENT_MAX_BYTES = 32;

    private static final int FIRST_CAPACITY = 64;
    private static final int HEADROOM = 5;

    /** A driver that asks for more is not to be believed. */
    private static final int CAPACITY_MAX = 1 << 16;

    private static final int TRIES = 5;

    private GrowingList() {}

    /** Fills {@code out}, which has room for {@code count[0]} elements, and sets {@code count[0]}. */
    interface Call {
        int fill(NvmlLibrary api, int[] count, Pointer out);
    }

    /** Reads the element that begins at an offset; empty to leave it out. */
    interface Parser<T> {
        Optional<T> parse(Pointer out, long offset);
    }

    static <T> Result<T> read(Binding binding, String symbol, Call call, int stride, Parser<T> parser) {
        int capacity = FIRST_CAPACITY;
        NvmlReturn code = NvmlReturn.INSUFFICIENT_SIZE;
        for (int attempt = 0; attempt < TRIES && code.equals(NvmlReturn.INSUFFICIENT_SIZE); attempt++) {
            int[] count = {capacity};
            try (Memory out = new Memory((long) ELEMENT_MAX_BYTES * capacity)) {
                out.clear();
                code = binding.call(symbol, api -> call.fill(api, count, out));
                if (code.isSuccess()) {
                    return new Result<>(code, parse(out, Math.clamp(count[0], 0, capacity), stride, parser));
                }
            }
            capacity = (int) Math.min(Math.max(2L * capacity, (long) count[0] + HEADROOM), CAPACITY_MAX);
        }
        return new Result<>(code, List.of());
    }

    /** @param elements empty unless the code is success */
    record Result<T>(NvmlReturn code, List<T> elements) {}

    private static <T> List<T> parse(Pointer out, int count, int stride, Parser<T> parser) {
        List<T> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parser.parse(out, (long) i * stride).ifPresent(elements::add);
        }
        return List.copyOf(elements);
    }
}
