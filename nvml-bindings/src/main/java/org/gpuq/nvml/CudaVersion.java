package org.gpuq.nvml;

/** The newest CUDA that a driver supports. */
public record CudaVersion(int major, int minor) {
    /** @param packed as CUDA writes it: 13000 is 13.0, 12040 is 12.4 */
    static CudaVersion of(int packed) {
        return new CudaVersion(packed / 1000, packed % 1000 / 10);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
