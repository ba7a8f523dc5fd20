@NullMarked
package org.gpuq.daemon.launch;

import org.jspecify.annotations.NullMarked;
