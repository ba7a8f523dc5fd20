/**
 * The control socket: takes calls of {@code q}, says who calls, and gives each call to a
 * {@link org.gpuq.daemon.port.CommandHandler}. The frames are those of docs/protocol.md.
 *
 * <p>One thread reads all connections through a selector and never waits for a single one; each complete call runs on a
 * virtual thread, which writes its own answer directly as long as the client keeps up.
 */
@NullMarked
package org.gpuq.daemon.control;

import org.jspecify.annotations.NullMarked;
