@NullMarked
package org.gpuq.daemon.control;

import org.jspecify.annotations.NullMarked;
