/** Who is next, and why everybody else waits. */
@NullMarked
package org.gpuq.core.policy;

import org.jspecify.annotations.NullMarked;
