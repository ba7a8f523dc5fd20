/** Looks at the GPUs through NVML and at their processes through /proc, and tells the loop what it saw. */
@NullMarked
package org.gpuq.daemon.poll;

import org.jspecify.annotations.NullMarked;
