/* Two processes for a job. The supervisor stays outside of the job's cgroup, so that it outlives what kills the cgroup. */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void say(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        (void)dprintf(STDERR_FILENO, "q-launch: %s\n", text);
    }
}

void token_hex(const uint8_t *token, char hex[TOKEN_HEX]) {
    for (int i = 0; i < 2 * TOKEN_BYTES; i++) {
        hex[i] = "0123456789abcdef"[token[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
    hex[TOKEN_HEX - 1] = '\0';
}

/* 0, or -1 and an empty path: there is no base, or the path would be too long. */
int cgroup_path(char path[CGROUP_BYTES], const char *base, uint32_t job, const uint8_t *token) {
    char hex[TOKEN_HEX];
    token_hex(token, hex);
    int length = snprintf(path, CGROUP_BYTES, "%s/gpuq-job-%u-%s", base, job, hex);
    if (base[0] == '\0' || length < 0 || length >= CGROUP_BYTES) {
        path[0] = '\0';
        return -1;
    }
    return 0;
}

/* fork, without what libc does for programs with threads, and with the child born in the cgroup: moving one there later
 * waits for every processor of the machine. Without a cgroup, or when it refuses (the path is then emptied), a plain one,
 * unless it must be there. */
static pid_t fork_into(char *cgroup, bool needed) {
    struct clone_args request = {.exit_signal = SIGCHLD};
    int fd = cgroup[0] == '\0' ? -1 : open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    pid_t pid = -1;
    if (fd >= 0) {
        request.flags = CLONE_INTO_CGROUP;
        request.cgroup = (uint64_t)fd;
        pid = (pid_t)syscall(SYS_clone3, &request, sizeof request);
        close(fd);
        request.flags = request.cgroup = 0;
    }
    if (pid < 0 && !needed) {
        cgroup[0] = '\0';
        pid = (pid_t)syscall(SYS_clone3, &request, sizeof request);
    }
    return pid < 0 && !needed && errno != EAGAIN ? fork() : pid; /* where something filters clone3 */
}

static noreturn void be_job(const struct spawn *spawn, const struct account *account, int order, int peer) {
    bool joined = join_legacy(spawn, 0) == 0;
    if (!joined || (spawn->as_user && become(account) < 0)) {
        const int failure[2] = {joined ? STAGE_IDENTITY : STAGE_CGROUP, errno};
        (void)!write(peer, failure, sizeof failure);
        _exit(127);
    }
    job_run(order, peer);
}

/* Else into the record, as docs/protocol.md has it: type, length, token, stage, errno. Whoever waits for this process
 * reads it there. */
static void must(bool done, enum stage stage, const struct spawn *spawn, const int given[GIVEN]) {
    uint8_t frame[FAILURE_BYTES] = {66, 0, 0, 0, TOKEN_BYTES + 5};
    if (done) {
        return;
    }
    int error = errno;
    memcpy(frame + 5, spawn->token, TOKEN_BYTES);
    frame[5 + TOKEN_BYTES] = (uint8_t)stage;
    frame[FAILURE_BYTES - 2] = (uint8_t)(error >> 8);
    frame[FAILURE_BYTES - 1] = (uint8_t)error;
    if (write(given[GIVEN_RECORD], frame, sizeof frame) != (ssize_t)sizeof frame) {
        say("cannot write an exit record: %s", strerror(errno));
    }
    _exit(1);
}

static noreturn void be_supervisor(const struct spawn *spawn, const int given[GIVEN], char *cgroup) {
    struct account account = {0};
    int ends[2];
    sigset_t all;
    must(sigfillset(&all) == 0 && sigprocmask(SIG_SETMASK, &all, NULL) == 0 && setsid() >= 0
                 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0,
         STAGE_SUPERVISOR, spawn, given);
    must(!spawn->as_user || (account_find(&account, spawn->uid) == 0 && account_check(spawn->uid) == 0),
         STAGE_IDENTITY, spawn, given);
    pid_t job = fork_into(cgroup, spawn->confined);
    must(job >= 0, spawn->confined ? STAGE_CGROUP : STAGE_SUPERVISOR, spawn, given);
    if (job == 0) {
        close(ends[0]);
        be_job(spawn, &account, given[GIVEN_ORDER], ends[1]);
    }
    close(ends[1]);
    /* When it is not, the job's process ends too: nobody lets it go. */
    must(!spawn->as_user || become(&account) == 0, STAGE_IDENTITY, spawn, given);
    supervise(spawn, given, job, ends[0], cgroup);
}

pid_t spawn_job(const struct spawn *spawn, const int given[GIVEN]) {
    char cgroup[CGROUP_BYTES];
    (void)cgroup_path(cgroup, bases.unified, spawn->job, spawn->token);
    pid_t pid = fork_into((char[]){""}, false);
    if (pid == 0) {
        be_supervisor(spawn, given, cgroup);
    }
    return pid;
}
