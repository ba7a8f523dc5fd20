/**
 * The face of {@code q} that task-spooler's users know: its options, its list, its messages and exit codes, over the same
 * queue as the verbs. Written from what task-spooler 1.0.1 is seen to do.
 */
@NullMarked
package org.gpuq.cli.tsp;

import org.jspecify.annotations.NullMarked;
