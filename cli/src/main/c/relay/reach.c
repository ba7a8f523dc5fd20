#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "background.h"
#include "end.h"
#include "say.h"
#include "start.h"

enum {
    RESTART_MS = 5000,
    START_MS = 15000,
    LOCK_MS = 200,
    PATIENCE_MS = 2000,
    NEXT_MS = 600 * 1000, /* an upgrade of the machine's daemon, say */
    FIRST_PAUSE_MS = 2,
    LONGEST_PAUSE_MS = 100
};

static bool trusted(const struct place *place, uid_t uid) {
    struct stat shared;
    if (uid == geteuid() || uid == 0) {
        return true;
    }
    /* Only root can put anything into /run, so the owner of this directory is the account that root chose. */
    return place->whose != OWN && lstat("/run/gpuq", &shared) == 0 && S_ISDIR(shared.st_mode) && uid == shared.st_uid;
}

static void check_owner(const struct place *place, uid_t uid) {
    if (!trusted(place, uid)) {
        fail(STATUS_NO_DAEMON,
             "The socket %s is uid %u's, whom q does not trust with your commands. Remove it, or name another directory"
             " in GPUQ_DIR.",
             shown(place->socket), (unsigned)uid);
    }
}

int try_connect(const struct place *place) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer;
    socklen_t length = sizeof peer;
    struct stat found;
    if (lstat(place->socket, &found) < 0) {
        return -1;
    }
    if (place->whose == OWN) {
        check_owner(place, found.st_uid);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail(STATUS_FAILED, "No socket can be made: %s.", strerror(errno));
    }
    memcpy(address.sun_path, place->socket, strlen(place->socket) + 1); /* find_place saw to it that it fits */
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int why = errno;
        (void)close(fd);
        errno = why;
        return -1;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) {
        fail(STATUS_FAILED, "The kernel does not say who answers at %s: %s.", shown(place->socket), strerror(errno));
    }
    check_owner(place, peer.uid);
    return fd;
}

static bool may_come(int why) {
    return why == ENOENT || why == ECONNREFUSED;
}

/* Connects as soon as somebody answers; -1 with errno after that many milliseconds. */
static int connect_within(const struct place *place, long ms) {
    long pause_ms = FIRST_PAUSE_MS;
    for (long waited = 0;; waited += pause_ms, pause_ms = pause_ms < LONGEST_PAUSE_MS ? pause_ms * 2 : pause_ms) {
        int fd = try_connect(place);
        if (fd >= 0 || !may_come(errno) || waited >= ms) {
            return fd;
        }
        struct timespec pause = {.tv_sec = 0, .tv_nsec = pause_ms * 1000000};
        (void)nanosleep(&pause, NULL); /* cut short by a signal: one try more */
    }
}

int reach_next(const struct place *place) {
    int fd = connect_within(place, PATIENCE_MS);
    if (fd < 0 && may_come(errno)) {
        if (isatty(STDERR_FILENO) && !in_background()) {
            (void)fputs("\r\033[K", stderr); /* the line that says what the job waits for */
        }
        if (!in_background()) {
            say("The daemon has ended. Waiting for the next one; Ctrl-C gives up.");
        }
        fd = connect_within(place, NEXT_MS);
    }
    if (fd < 0) {
        fail(STATUS_NO_DAEMON, "The daemon has ended, and no other answers at %s: %s.", shown(place->socket),
             strerror(errno));
    }
    return fd;
}

/* Stopping it, or asking for it, is no reason to start it. */
static bool needs_it_running(char **words) {
    return words[0] != NULL && words[1] != NULL && strcmp(words[0], "daemon") == 0 &&
           (strcmp(words[1], "stop") == 0 || strcmp(words[1], "status") == 0);
}

/* Somebody else may be starting it, and then it comes; or it is just ending, and then the lock comes free and it is
 * ours to start. */
static int started(const struct place *place) {
    for (long waited = 0; waited < START_MS; waited += LOCK_MS) {
        bool ready = start_daemon(place) == START_READY;
        int fd = connect_within(place, ready ? RESTART_MS : LOCK_MS);
        if (ready || fd >= 0) {
            return fd;
        }
    }
    errno = EBUSY;
    return -1;
}

/* A daemon that is just ending lets go of the lock in a moment; one that is just coming up answers in one. */
static int ended(const struct place *place) {
    int fd = -1;
    for (long waited = 0; fd < 0 && waited < START_MS; waited += LOCK_MS) {
        if (end_without_daemon(place)) {
            exit(0);
        }
        fd = connect_within(place, LOCK_MS);
    }
    return fd;
}

static bool locked(const struct place *place) {
    char path[PATH_MAX];
    path_print(path, "%s/lock", place->state);
    int lock = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool held = lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) < 0;
    if (lock >= 0) {
        (void)close(lock);
    }
    return held;
}

/* A daemon that has refused the queue lets go of the lock in a moment; one that is just coming up answers in one. */
static int unlocked(const struct place *place) {
    int fd = -1;
    for (long waited = 0; fd < 0 && waited < START_MS && locked(place); waited += LOCK_MS) {
        fd = connect_within(place, LOCK_MS);
    }
    return fd;
}

/* Done without a daemon: none can run. */
static bool salvages(char **words) {
    return words[0] != NULL && words[1] != NULL && strcmp(words[0], "daemon") == 0 && strcmp(words[1], "salvage") == 0
           && words[2] == NULL;
}

int reach(const struct place *place, char **words) {
    int fd = try_connect(place);
    if (fd >= 0) {
        return fd;
    }
    if (may_come(errno) && salvages(words)) {
        fd = place->whose == OWN ? unlocked(place) : -1;
        if (fd < 0) {
            salvage(place);
        }
        return fd;
    }
    if (may_come(errno) && place->whose == OWN) {
        if (ends_the_queue(words)) {
            fd = ended(place);
        }
        if (fd >= 0) {
            return fd;
        }
        if (needs_it_running(words)) {
            fail(STATUS_NO_DAEMON, "No daemon is running (its socket would be %s).", shown(place->socket));
        }
        fd = started(place);
    } else if (errno == ECONNREFUSED || (errno == ENOENT && place->whose == SHARED)) {
        fd = connect_within(place, RESTART_MS); /* it may be restarting */
    }
    if (fd < 0) {
        int why = errno;
        fail(STATUS_NO_DAEMON, "No daemon answers at %s: %s. %s", shown(place->socket), strerror(why),
             place->whose == SHARED  ? "Ask whoever runs this machine to start the service gpuq."
             : place->whose == NAMED ? "Start that daemon, or unset GPUQ_SOCKET."
                                     : "The daemon's log is daemon.log in its state directory.");
    }
    return fd;
}
