#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

enum { NOTIFY_FD = 3, PATIENCE_MS = 60000, WORD_BYTES = 2048 };

void beside(char path[PATH_MAX], const char *name) {
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length < 0) {
        fail(STATUS_FAILED, "q cannot find its own place: %s.", strerror(errno));
    }
    own[length] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(own, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
    }
    path_print(path, "%s/libexec/gpuq/%s", own, name);
}

/* The daemon outlives q and whoever called it: it keeps no descriptor, directory, terminal or signal setting of
 * theirs. An inherited pipe, say, would never end for its reader. */
static int detach(int notify) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(notify, NOTIFY_FD) < 0 || fcntl(NOTIFY_FD, F_SETFD, 0) < 0) {
        return -1;
    }
    if (null == NOTIFY_FD) {
        null = open("/dev/null", O_RDWR | O_CLOEXEC);
    }
    for (int fd = 0; fd < NOTIFY_FD; fd++) {
        if (dup2(null, fd) < 0) {
            return -1;
        }
    }
    if (close_range(NOTIFY_FD + 1, ~0U, 0) < 0) {
        return -1;
    }
    for (int signal_number = 1; signal_number < NSIG; signal_number++) {
        (void)sigaction(signal_number, &standard, NULL); /* KILL, STOP and libc's own refuse, rightly */
    }
    (void)umask(077);
    return sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0 || setsid() < 0 || chdir("/") < 0 ? -1
                                                                                                                  : 0;
}

static _Noreturn void become_launcher(const struct place *place, const char *launcher, const char *daemon, int notify) {
    char notify_fd[] = {(char)('0' + NOTIFY_FD), '\0'};
    char *const words[] = {"q-launch",     "--state",   (char *)place->state,  "--daemon",
                           (char *)daemon, "--notify",  notify_fd,             "--",
                           "--state",      (char *)place->state, "--socket", (char *)place->socket, NULL};
    if (detach(notify) == 0) {
        (void)execv(launcher, words);
    }
    (void)dprintf(NOTIFY_FD, "The daemon cannot be started: %s: %s\n", launcher, strerror(errno));
    _exit(STATUS_NO_DAEMON);
}

/* The launcher's first line, without its end. False when it says nothing. */
static bool first_line(int fd, char line[WORD_BYTES]) {
    size_t length = 0;
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    while (length + 1 < WORD_BYTES) {
        int ready = poll(&waiting, 1, PATIENCE_MS);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready == 0) {
            fail(STATUS_NO_DAEMON, "The daemon has not come up after %d seconds.", PATIENCE_MS / 1000);
        }
        ssize_t count = read(fd, line + length, WORD_BYTES - 1 - length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        length += (size_t)count;
        if (memchr(line, '\n', length) != NULL) {
            break;
        }
    }
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return line[0] != '\0';
}

static void prepare_directories(const struct place *place) {
    char directory[PATH_MAX];
    path_print(directory, "%s", place->socket);
    *strrchr(directory, '/') = '\0'; /* sockets are named by absolute paths */
    const char *made = place->state;
    if (make_directories(made) == 0) {
        made = directory;
        if (make_directories(made) == 0) {
            return;
        }
    }
    fail(STATUS_NO_DAEMON, "The directory %s cannot be made: %s. Choose another in GPUQ_DIR.", shown(made),
         strerror(errno));
}

enum start_result start_daemon(const struct place *place) {
    char launcher[PATH_MAX];
    char daemon[PATH_MAX];
    char line[WORD_BYTES];
    int notify[2];
    beside(launcher, "q-launch");
    beside(daemon, "qd");
    prepare_directories(place);
    if (pipe2(notify, O_CLOEXEC) < 0) {
        fail(STATUS_NO_DAEMON, "The daemon cannot be started: %s.", strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) {
        fail(STATUS_NO_DAEMON, "The daemon cannot be started: %s.", strerror(errno));
    }
    if (child == 0) {
        become_launcher(place, launcher, daemon, notify[1]);
    }
    (void)close(notify[1]);
    if (!first_line(notify[0], line)) {
        fail(STATUS_NO_DAEMON, "The daemon ended while it started. Its log, %s/daemon.log, says why.",
             shown(place->state));
    }
    (void)close(notify[0]);
    if (strcmp(line, "READY") == 0) {
        return START_READY;
    }
    if (strncmp(line, "LOCKED", strlen("LOCKED")) == 0) {
        return START_ELSEWHERE;
    }
    fail(STATUS_NO_DAEMON, "%s", line);
}

void salvage(const struct place *place) {
    char launcher[PATH_MAX];
    char daemon[PATH_MAX];
    if (place->whose != OWN) {
        fail(STATUS_FAILED, "This queue is not yours alone. Root salvages it: stop the service gpuq, run its program 'serve"
                            " --salvage', and start it again.");
    }
    beside(launcher, "q-launch");
    beside(daemon, "qd");
    char *const words[] = {"q-launch", "--state", (char *)place->state, "--daemon", daemon, "--foreground", "--",
                           "--state",  (char *)place->state, "--socket", (char *)place->socket, "--salvage", NULL};
    (void)execv(launcher, words);
    fail(STATUS_FAILED, "%s cannot be run: %s.", launcher, strerror(errno));
}
