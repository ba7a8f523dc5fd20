/* q as the process that a job waits in whose caller does not: started, the job writes to where q does. */
#ifndef GPUQ_BACKGROUND_H
#define GPUQ_BACKGROUND_H

#include <stdbool.h>

/* Whether this is such a process. */
bool in_background(void);

/* Becomes one, in a session of its own and with an empty standard input. The process that was is there until it is let
 * go, and exits as this one does when that comes first. */
void go_to_background(void);

/* Lets it go: it exits with 0. */
void let_caller_go(void);

#endif
