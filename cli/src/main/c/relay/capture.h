/* Runs a short command for its output, which somebody else wants to read. */
#ifndef GPUQ_CAPTURE_H
#define GPUQ_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/* Does what CAPTURE's payload says, waits for the command's output to end as $(...) does, and appends CAPTURED. 0, or -1
 * when the payload is malformed. Ends q when there is no process or memory to be had. */
int capture(uint8_t *order, size_t length, struct buffer *to);

#endif
