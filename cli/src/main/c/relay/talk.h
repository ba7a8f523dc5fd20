/* Does what the daemon says, until it says how to exit. */
#ifndef GPUQ_TALK_H
#define GPUQ_TALK_H

#include "where.h"

/* Returns q's exit status. fd: a connection on which the request was sent. */
int talk(const struct place *place, int fd);

#endif
