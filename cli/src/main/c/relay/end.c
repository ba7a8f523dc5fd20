#include "end.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "say.h"

bool ends_the_queue(char **words) {
    while (words[0] != NULL && strcmp(words[0], "-L") == 0 && words[1] != NULL) {
        words += 2;
    }
    return words[0] != NULL && strcmp(words[0], "-K") == 0 && words[1] == NULL;
}

static _Noreturn void failed(const char *path) {
    fail(STATUS_FAILED, "%s cannot be written: %s. The queue is as it was.", shown(path), strerror(errno));
}

/* Durable when it returns, as everything that q has answered. */
static void leave_word(const char *state) {
    char path[PATH_MAX];
    path_print(path, "%s/forget-queue", state);
    int word = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    int directory = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (word < 0 || directory < 0 || fsync(word) < 0 || fsync(directory) < 0) {
        failed(path);
    }
    (void)close(word);
    (void)close(directory);
}

/* The launcher holds the lock before it starts the daemon, which looks for the word before it answers anybody: under
 * the lock it cannot be left for a daemon that has looked already, and would heed it much later. */
bool end_without_daemon(const struct place *place) {
    char path[PATH_MAX];
    path_print(path, "%s/journal.db", place->state);
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        return true; /* there is no queue */
    }
    path_print(path, "%s/lock", place->state);
    int lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock < 0) {
        failed(path);
    }
    bool alone = flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (alone) {
        leave_word(place->state);
    }
    (void)close(lock);
    return alone;
}
