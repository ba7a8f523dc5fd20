/** The configuration: one catalogue of keys, read from a TOML file. */
@NullMarked
package org.gpuq.daemon.config;

import org.jspecify.annotations.NullMarked;
