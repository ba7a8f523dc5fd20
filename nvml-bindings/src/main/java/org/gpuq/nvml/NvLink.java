package org.gpuq.nvml;

/**
 * An NVLink that is up.
 *
 * @param link its number on this GPU
 * @param remote what is at its other end, a GPU or a switch; a driver may not say
 */
public record NvLink(int link, Reading<PciInfo> remote) {}
