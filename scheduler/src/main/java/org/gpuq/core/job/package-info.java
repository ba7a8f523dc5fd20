/** What a job is, what states it goes through, and how it ended. */
@NullMarked
package org.gpuq.core.job;

import org.jspecify.annotations.NullMarked;
