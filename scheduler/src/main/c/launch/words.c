/* What q-launch says to a supervisor: through a named pipe beside the record, because whoever finds the record, a new
 * q-launch too, then finds the pipe, and because no privilege is needed to write to it. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = TOKEN_HEX + 3 };

static const char *name_of(const uint8_t *token, char name[NAME_BYTES]) {
    token_hex(token, name);
    memcpy(name + TOKEN_HEX - 1, ".in", 4);
    return name;
}

/* The supervisor's end, which is never without a writer and so never at its end. */
int words_create(const uint8_t *token, uid_t user) {
    char name[NAME_BYTES];
    if (!spare_take(SPARE_PIPE, user, name_of(token, name)) && errno != EEXIST
        && mkfifoat(launcher.run, name, 0600) < 0 && errno != EEXIST) {
        return -1;
    }
    return openat(launcher.run, name, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
}

/* 0, or -1 with errno: ENXIO when there is no supervisor. */
int words_say(const uint8_t *token, uint8_t word) {
    char name[NAME_BYTES];
    int fd = openat(launcher.run, name_of(token, name), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    int result = write_full(fd, &word, 1);
    close(fd);
    return result;
}

void words_remove(const uint8_t *token, uid_t user) {
    char name[NAME_BYTES];
    if (!spare_keep(SPARE_PIPE, user, name_of(token, name)) && unlinkat(launcher.run, name, 0) < 0
        && errno != ENOENT) {
        say("cannot remove %s: %s", name, strerror(errno));
    }
}
