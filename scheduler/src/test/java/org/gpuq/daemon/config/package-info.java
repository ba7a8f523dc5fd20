@NullMarked
package org.gpuq.daemon.config;

import org.jspecify.annotations.NullMarked;
