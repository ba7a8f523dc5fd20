/* The record and the named pipe of a job that is settled are not unlinked but renamed, and serve a later job: a file
 * system makes and forgets files far more slowly than it renames them (an ext4 without a journal looks at every inode
 * that was freed in the last minute, each time that it needs one). Only a job of the same user gets them, so that a
 * descriptor that somebody managed to keep is worth nothing. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SPARES = 64, NAME_BYTES = 32 };

static const char *const prefixes[] = {[SPARE_RECORD] = "spare-record-", [SPARE_PIPE] = "spare-pipe-"};
static struct {
    bool there;
    uid_t user;
} spares[SPARE_KINDS][SPARES];

static const char *name_of(enum spare kind, size_t number, char name[NAME_BYTES]) {
    (void)snprintf(name, NAME_BYTES, "%s%zu", prefixes[kind], number);
    return name;
}

/* Those of an earlier q-launch: nobody knows any more whose they were. */
void spares_sweep(void) {
    char name[NAME_BYTES];
    for (size_t kind = 0; kind < SPARE_KINDS; kind++) {
        for (size_t i = 0; i < SPARES; i++) {
            (void)unlinkat(launcher.run, name_of((enum spare)kind, i, name), 0);
        }
    }
}

/* Gives one the name; false with errno: EEXIST when something has that name, else there is none. */
bool spare_take(enum spare kind, uid_t user, const char *as) {
    char name[NAME_BYTES];
    errno = ENOENT;
    for (size_t i = 0; i < SPARES; i++) {
        if (!spares[kind][i].there || spares[kind][i].user != user) {
            continue;
        }
        bool taken = renameat2(launcher.run, name_of(kind, i, name), launcher.run, as, RENAME_NOREPLACE) == 0;
        if (taken || errno == EEXIST) {
            spares[kind][i].there = !taken;
            return taken;
        }
        spares[kind][i].there = false; /* it is not where it was put, or this file system cannot do it */
    }
    return false;
}

/* Nobody may have it open any more. False: it is still there under its name. */
bool spare_keep(enum spare kind, uid_t user, const char *of) {
    char name[NAME_BYTES];
    for (size_t i = 0; user != NO_USER && i < SPARES; i++) {
        if (!spares[kind][i].there) {
            spares[kind][i].there = renameat(launcher.run, of, launcher.run, name_of(kind, i, name)) == 0;
            spares[kind][i].user = user;
            return spares[kind][i].there;
        }
    }
    return false;
}
