/* q's standard output and error. */
#ifndef GPUQ_OUTPUT_H
#define GPUQ_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* Makes sure that descriptors 0 to 2 are taken, so that nothing else ever lands on them. */
void hold_standard_streams(void);

/* Writes what fd (1 or 2) takes without making q wait, and returns how much. Ends q when it takes nothing any more. */
size_t print_some(int fd, const uint8_t *bytes, size_t length);

/* Writes all of it, however long that takes. */
void print_all(int fd, const uint8_t *bytes, size_t length);

#endif
