/**
 * The commands of {@code q}, one verb a file. They run inside the daemon, where picocli is warm; the client only sends its
 * arguments and prints what comes back.
 */
@NullMarked
package org.gpuq.cli.command;

import org.jspecify.annotations.NullMarked;
