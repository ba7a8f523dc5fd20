@NullMarked
package org.gpuq.cli;

import org.jspecify.annotations.NullMarked;
