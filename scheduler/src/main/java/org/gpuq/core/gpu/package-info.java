/** What is known of each GPU, who holds it, and whether it is free. */
@NullMarked
package org.gpuq.core.gpu;

import org.jspecify.annotations.NullMarked;
