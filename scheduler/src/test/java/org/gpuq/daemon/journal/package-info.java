@NullMarked
package org.gpuq.daemon.journal;

import org.jspecify.annotations.NullMarked;
