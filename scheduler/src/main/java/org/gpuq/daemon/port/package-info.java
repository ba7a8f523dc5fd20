/** What the rooms of the daemon are to each other: interfaces and plain values, no behaviour. */
@NullMarked
package org.gpuq.daemon.port;

import org.jspecify.annotations.NullMarked;
