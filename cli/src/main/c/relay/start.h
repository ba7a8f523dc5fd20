/* Starts this user's own daemon. */
#ifndef GPUQ_START_H
#define GPUQ_START_H

#include <limits.h>

#include "where.h"

enum start_result {
    START_READY,    /* it listens */
    START_ELSEWHERE /* somebody else is starting it, or it is restarting */
};

/* Ends q with a sentence when the daemon does not come up. */
enum start_result start_daemon(const struct place *place);

/* The path of one of the programs beside q: ../libexec/gpuq/NAME, seen from q's own file. */
void beside(char path[PATH_MAX], const char *name);

/* Saves what can be read of this place's damaged queue, in q's own process; ends q. */
_Noreturn void salvage(const struct place *place);

#endif
