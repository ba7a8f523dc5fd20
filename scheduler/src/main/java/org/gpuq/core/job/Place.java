package org.gpuq.core.job;

import org.gpuq.core.model.JobId;

/**
 * Where a queued job stands in its line; the lowest place is next.
 *
 * @param place its own number unless somebody moved it; no two queued jobs have the same
 */
public record Place(JobId job, int place) {}
