package org.gpuq.nvml;

/**
 * Rows of memory that the GPU has replaced by spare ones.
 *
 * @param correctable rows replaced after errors that could be corrected
 * @param uncorrectable rows replaced after errors that could not
 * @param pending whether a replacement waits for a reset
 * @param failure whether one has failed: the GPU is to be exchanged
 */
public record RemappedRows(int correctable, int uncorrectable, boolean pending, boolean failure) {}
