package org.gpuq.nvml;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One answer of NVML. Unsupported is not failed, and neither is zero.
 *
 * @param <T> what is read
 */
public sealed interface Reading<T> {
    /**
     * What NVML said.
     *
     * @param value in the unit that the asking method names
     */
    record Value<T>(T value) implements Reading<T> {}

    /** The GPU does not have it, or the driver does not know the call. It stays so. */
    record Unsupported<T>() implements Reading<T> {}

    /**
     * It should have worked.
     *
     * @param code what NVML returned
     * @param call the C function that returned it
     */
    record Failed<T>(NvmlReturn code, String call) implements Reading<T> {}

    static <T> Reading<T> of(T value) {
        return new Value<>(value);
    }

    static <T> Reading<T> unsupported() {
        return new Unsupported<>();
    }

    static <T> Reading<T> failed(NvmlReturn code, String call) {
        return new Failed<>(code, call);
    }

    /** The reading that a return code stands for; {@code value} is asked only on success. */
    static <T> Reading<T> of(NvmlReturn code, String call, Supplier<? extends T> value) {
        if (code.isSuccess()) {
            return new Value<>(value.get());
        }
        return code.isUnsupported() ? new Unsupported<>() : new Failed<>(code, call);
    }

    default <R> Reading<R> map(Function<? super T, ? extends R> mapper) {
        return flatMap(value -> new Value<>(mapper.apply(value)));
    }

    default <R> Reading<R> flatMap(Function<? super T, ? extends Reading<R>> mapper) {
        return switch (this) {
            case Value<T>(T value) -> mapper.apply(value);
            case Unsupported<T>() -> new Unsupported<>();
            case Failed<T>(NvmlReturn code, String call) -> new Failed<>(code, call);
        };
    }

    /** The value, or empty when it is unknown, for whatever reason. */
    default Optional<T> toOptional() {
        return switch (this) {
            case Value<T>(T value) -> Optional.of(value);
            case Unsupported<T>(), Failed<T>(NvmlReturn _, String _) -> Optional.empty();
        };
    }
}
