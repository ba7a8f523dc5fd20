/**
 * What Prometheus is told. {@link org.gpuq.daemon.metrics.Metric} is the catalogue; levels are worked out from a view when
 * somebody scrapes, sums are kept as events go by. Nothing that a user typed becomes a label.
 */
@NullMarked
package org.gpuq.daemon.metrics;

import org.jspecify.annotations.NullMarked;
