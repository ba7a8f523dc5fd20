@NullMarked
package org.gpuq.nvml;

import org.jspecify.annotations.NullMarked;
