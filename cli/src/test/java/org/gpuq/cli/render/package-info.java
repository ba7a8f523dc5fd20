@NullMarked
package org.gpuq.cli.render;

import org.jspecify.annotations.NullMarked;
