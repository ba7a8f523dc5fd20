/* Does what the daemon says, until it says how to exit. */
#ifndef GPUQ_TALK_H
#define GPUQ_TALK_H

#include "where.h"

enum { ASK_AGAIN = -2, ASK_FROM_BACKGROUND = -3 };

/* Returns q's exit status, or ASK_AGAIN when the daemon is ending and has done nothing of the request, or
 * ASK_FROM_BACKGROUND when it wants to be asked again by a process that nobody waits for. fd: a connection on which the
 * request was sent. */
int talk(const struct place *place, int fd);

#endif
