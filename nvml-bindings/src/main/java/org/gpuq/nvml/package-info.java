/**
 * The face of NVIDIA's management library (NVML): {@link org.gpuq.nvml.Nvml} opens it, {@link
 * org.gpuq.nvml.NvmlDevice} asks a GPU, and every answer is a {@link org.gpuq.nvml.Reading}: a value,
 * unsupported, or failed with NVML's code. Unknown is never zero.
 */
@NullMarked
package org.gpuq.nvml;

import org.jspecify.annotations.NullMarked;
