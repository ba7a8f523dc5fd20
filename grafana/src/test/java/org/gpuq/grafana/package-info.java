/** Checks that what the dashboard and the alert rules ask for is what the daemon exports. */
@NullMarked
package org.gpuq.grafana;

import org.jspecify.annotations.NullMarked;
