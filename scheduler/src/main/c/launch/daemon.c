/* Starting the daemon, and starting it again when it dies. Its standard input is its end of the socket pair, 4 the
 * descriptor that waits for its READY, 5 the lock. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOTIFY_FD = 4, LOCK_FD = 5, FATAL_STATUS = 2, QUICK_DEATHS = 5 };
#define LAST_END "GPUQ_LAST_END"

/* How the daemon before this one ended, and when in seconds since 1970: the next one tells people. */
static char last_end[64];

static const uint64_t SETTLED_US = 60 * 1000000ULL;

static noreturn void run_daemon(int socket) {
    sigset_t none;
    int notify = launcher.notify;
    default_signals();
    /* First out of each other's way, then to their places. */
    int lock = fcntl(launcher.lock, F_DUPFD, 10);
    socket = fcntl(socket, F_DUPFD, 10);
    notify = notify < 0 ? -1 : fcntl(notify, F_DUPFD, 10);
    bool placed = lock >= 0 && socket >= 0 && dup2(socket, STDIN_FILENO) >= 0 && dup2(lock, LOCK_FD) >= 0
                  && (notify < 0 || dup2(notify, NOTIFY_FD) >= 0) && close_range(LOCK_FD + 1, ~0U, 0) == 0
                  && close_range(3, notify < 0 ? NOTIFY_FD : 3, 0) == 0;
    if (placed && (last_end[0] == '\0' ? unsetenv(LAST_END) : setenv(LAST_END, last_end, 1)) == 0
        && setenv("GPUQ_LAUNCHER_FD", "0", 1) == 0
        && (notify < 0 ? unsetenv("GPUQ_NOTIFY_FD") : setenv("GPUQ_NOTIFY_FD", "4", 1)) == 0
        && setrlimit(RLIMIT_NOFILE, &launcher.files) == 0 && sigemptyset(&none) == 0
        && sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
        execv(launcher.program, launcher.arguments);
    }
    say("cannot run %s: %s", launcher.program, strerror(errno));
    _exit(FATAL_STATUS);
}

int daemon_start(struct daemon *daemon) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        return -1;
    }
    daemon->pid = fork();
    if (daemon->pid == 0) {
        run_daemon(ends[1]);
    }
    int error = errno;
    close(ends[1]);
    if (daemon->pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    daemon->fd = ends[0];
    daemon->started_us = clock_us(CLOCK_MONOTONIC);
    daemon->restart_us = 0;
    if (launcher.notify >= 0) {
        close(launcher.notify);
        launcher.notify = -1;
    }
    return 0;
}

/* Ends q-launch when the daemon meant to end, cannot start, or died too often; else sets the time of its restart. */
void daemon_ended(struct daemon *daemon, int status, bool stopping) {
    uint64_t now = clock_us(CLOCK_MONOTONIC);
    bool exited = WIFEXITED(status);
    if (stopping || (exited && WEXITSTATUS(status) == 0)) {
        exit(0);
    }
    (void)snprintf(last_end, sizeof last_end, "%s %d %lld", exited ? "status" : "signal",
                   exited ? WEXITSTATUS(status) : WTERMSIG(status), (long long)time(NULL));
    say("the daemon ended with %s %d", exited ? "status" : "signal", exited ? WEXITSTATUS(status) : WTERMSIG(status));
    if (exited && WEXITSTATUS(status) == FATAL_STATUS) {
        exit(FATAL_STATUS);
    }
    daemon->quick_deaths = now - daemon->started_us >= SETTLED_US ? 1 : daemon->quick_deaths + 1;
    if (daemon->quick_deaths > QUICK_DEATHS) {
        say("giving up: it died %d times in a row; running jobs go on", daemon->quick_deaths);
        exit(1);
    }
    daemon->restart_us = now + (100000ULL << (daemon->quick_deaths - 1));
}
