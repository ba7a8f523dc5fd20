/* Does what the daemon says, until it says how to exit. */
#ifndef GPUQ_TALK_H
#define GPUQ_TALK_H

#include "where.h"

enum { ASK_AGAIN = -2 };

/* Returns q's exit status, or ASK_AGAIN when the daemon is ending and has done nothing of the request. fd: a connection
 * on which the request was sent. */
int talk(const struct place *place, int fd);

#endif
