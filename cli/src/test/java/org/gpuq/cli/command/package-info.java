@NullMarked
package org.gpuq.cli.command;

import org.jspecify.annotations.NullMarked;
