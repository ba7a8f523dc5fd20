@NullMarked
package org.gpuq.relay;

import org.jspecify.annotations.NullMarked;
