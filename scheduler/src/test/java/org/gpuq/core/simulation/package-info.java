/** Random histories of a whole queue, with named invariants that must hold after every step. */
@NullMarked
package org.gpuq.core.simulation;

import org.jspecify.annotations.NullMarked;
