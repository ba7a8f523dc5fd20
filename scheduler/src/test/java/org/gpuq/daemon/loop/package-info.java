@NullMarked
package org.gpuq.daemon.loop;

import org.jspecify.annotations.NullMarked;
