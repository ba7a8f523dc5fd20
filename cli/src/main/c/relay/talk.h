/* Does what the daemon says, until it says how to exit. */
#ifndef GPUQ_TALK_H
#define GPUQ_TALK_H

#include "frame.h"
#include "where.h"

enum { ASK_AGAIN = -2, ASK_FROM_BACKGROUND = -3, ASK_NEXT_DAEMON = -4 };

/* Returns q's exit status, or ASK_AGAIN when the daemon is ending and has done nothing of the request, or
 * ASK_FROM_BACKGROUND when it wants to be asked again by a process that nobody waits for, or ASK_NEXT_DAEMON when the
 * daemon has ended and said what the next one is to be asked. fd: a connection on which the request was sent. retry:
 * where it puts those words, a string list. */
int talk(const struct place *place, int fd, struct buffer *retry);

#endif
