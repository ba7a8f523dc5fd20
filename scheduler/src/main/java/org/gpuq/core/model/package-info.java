/** The words of the queue as values: ids, bytes, people, moments. Immutable and thread-safe, all of them. */
@NullMarked
package org.gpuq.core.model;

import org.jspecify.annotations.NullMarked;
