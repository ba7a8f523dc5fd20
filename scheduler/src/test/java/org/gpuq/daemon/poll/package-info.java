@NullMarked
package org.gpuq.daemon.poll;

import org.jspecify.annotations.NullMarked;
