@NullMarked
package org.gpuq.daemon.metrics;

import org.jspecify.annotations.NullMarked;
