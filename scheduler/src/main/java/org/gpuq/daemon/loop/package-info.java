/**
 * The one thread that owns the state: inputs in, decisions, one journal entry a batch, and only then what follows from
 * it: the published view, the answers, the observers, the launcher.
 */
@NullMarked
package org.gpuq.daemon.loop;

import org.jspecify.annotations.NullMarked;
