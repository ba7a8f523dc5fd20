/**
 * The daemon's side of {@code q-launch}, the small native program that starts the daemon and, on its word, jobs. The
 * frames are those of docs/protocol.md; they travel over the daemon's standard input, which is one end of a socket pair.
 */
@NullMarked
package org.gpuq.daemon.launch;

import org.jspecify.annotations.NullMarked;
