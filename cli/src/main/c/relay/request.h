/* What q tells the daemon about its call. */
#ifndef GPUQ_REQUEST_H
#define GPUQ_REQUEST_H

#include "frame.h"

/* In HELLO's flags: nobody waits for this q. */
enum { BACKGROUND = 8 };

/* Appends HELLO, and the words with everything that a job started from here would inherit. 0, or -1 with errno:
 * EMSGSIZE when it is more than the buffer's limit. */
int append_hello(struct buffer *to);
int append_request(struct buffer *to, char **words);

/* Sends all of it, without a signal when the other end is gone: 0, or -1 with errno. */
int send_all(int fd, const struct buffer *bytes);

#endif
