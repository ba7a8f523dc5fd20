/** A machine to test the core on: its clock moves when told, and its GPUs are what a test says. */
@NullMarked
package org.gpuq.core;

import org.jspecify.annotations.NullMarked;
