/** The daemon put together: the one place that knows every room. */
@NullMarked
package org.gpuq;

import org.jspecify.annotations.NullMarked;
