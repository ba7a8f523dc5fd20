@NullMarked
package org.gpuq.cli.tsp;

import org.jspecify.annotations.NullMarked;
