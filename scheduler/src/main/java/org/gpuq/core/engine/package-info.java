/** Decisions: an input and a state give events; events alone change the state. */
@NullMarked
package org.gpuq.core.engine;

import org.jspecify.annotations.NullMarked;
