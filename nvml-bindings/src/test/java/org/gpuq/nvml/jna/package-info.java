@NullMarked
package org.gpuq.nvml.jna;

import org.jspecify.annotations.NullMarked;
