/* Connects to the daemon. */
#ifndef GPUQ_REACH_H
#define GPUQ_REACH_H

#include <stdbool.h>

#include "where.h"

/* A connected, blocking socket; -1 with errno when nobody answers there. Ends q when somebody answers who must not. */
int try_connect(const struct place *place);

/* A connected socket, after starting the daemon where that is q's to do and the words want it. Ends q with a sentence
 * when there is none. */
int reach(const struct place *place, char **words);

/* A connected socket to the daemon that comes after the one that has ended, however long that takes within reason; it
 * is not started. Ends q with a sentence when none comes. */
int reach_next(const struct place *place);

#endif
