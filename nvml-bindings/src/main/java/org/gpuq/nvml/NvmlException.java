package org.gpuq.nvml;

/** A call failed without which nothing else can be asked. */
public final class NvmlException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String call;

    NvmlException(NvmlReturn code, String call, String detail) {
        super("NVML: " + call + " returned " + code + ": " + detail);
        this.code = code.code();
        this.call = call;
    }

    public NvmlReturn code() {
        return new NvmlReturn(code);
    }

    /** The C function that failed. */
    public String call() {
        return call;
    }
}
