/* Where the daemon is, or should be. */
#ifndef GPUQ_WHERE_H
#define GPUQ_WHERE_H

#include <limits.h>
#include <stdbool.h>

enum whose {
    NAMED,  /* GPUQ_SOCKET: somebody else's care */
    SHARED, /* the machine's */
    OWN     /* this user's: q starts the daemon, and trusts no other user's */
};

struct place {
    enum whose whose;
    char socket[PATH_MAX];
    char state[PATH_MAX]; /* OWN only: the daemon's state directory */
};

/* Decides from the environment; ends q with a sentence when that is impossible. */
void find_place(struct place *place);

/* Makes the directory and those above it, all closed to others. 0, or -1 with errno. */
int make_directories(const char *path);

#endif
