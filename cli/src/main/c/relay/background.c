#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static bool background;
static int caller = -1; /* where a byte lets it go */

static _Noreturn void wait_for(pid_t child, int word) {
    char byte;
    ssize_t count;
    int status;
    do {
        count = read(word, &byte, 1);
    } while (count < 0 && errno == EINTR);
    if (count == 1) {
        exit(0);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            exit(STATUS_FAILED);
        }
    }
    exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

bool in_background(void) {
    return background;
}

void go_to_background(void) {
    int ends[2];
    pid_t before = getpid();
    if (pipe2(ends, O_CLOEXEC) < 0) {
        fail(STATUS_FAILED, "No pipe can be made: %s.", strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) {
        fail(STATUS_FAILED, "No process can be started: %s.", strerror(errno));
    }
    if (child > 0) {
        (void)close(ends[1]);
        wait_for(child, ends[0]);
    }
    (void)close(ends[0]);
    /* As long as somebody waits, who ends the one ends the other. */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != before) {
        exit(STATUS_FAILED);
    }
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || setsid() < 0) {
        fail(STATUS_FAILED, "The background cannot be entered: %s.", strerror(errno));
    }
    (void)close(null);
    caller = ends[1];
    background = true;
}

void let_caller_go(void) {
    if (caller >= 0) {
        (void)prctl(PR_SET_PDEATHSIG, 0);
        (void)!write(caller, "", 1); /* it may have been killed */
        (void)close(caller);
        caller = -1;
    }
}
