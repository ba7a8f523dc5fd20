/** NVML's C signatures and structures for JNA, and nothing else. */
@NullMarked
package org.gpuq.nvml.jna;

import org.jspecify.annotations.NullMarked;
