/* q-launch --user NAME --outputs DIR [--root-jobs] -- ARGUMENTS
 *
 * Starts q-launch proper, with the ARGUMENTS, as the user NAME, and does for it what only root can do. It asks in
 * messages of one size over a socket of its own, and is answered at once; of processes that end it is told over
 * another. When it dies it is started again. */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_LOCKED = 5, SETTLED_MS = 5000, PAUSE_MS = 100, LONG_PAUSE_MS = 1000 };

static struct {
    struct account user; /* whom q-launch proper runs as */
    int outputs;         /* the directory of the users' directories */
    bool root_jobs;
    bool stopping;
    int signals;
    int asked; /* our ends of the two sockets; -1 while there is no loop */
    int news;
    pid_t loop;
    int starts;
    int64_t started_ms;
    int64_t restart_ms;
    bool behind; /* the loop has no room for news */
} gate = {.asked = -1, .news = -1};

static noreturn void stop(int status, const char *what, const char *name) {
    say("%s %s: %s", what, name, strerror(errno));
    exit(status);
}

/* Root's own, and nobody else may put something into it: what is done in it cannot be led astray. */
static int open_outputs(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0) {
        stop(STATUS_FAILED, "cannot open the directory", path);
    }
    if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        errno = EPERM;
        stop(STATUS_USAGE, "unsafe directory, it must be root's and nobody else may write to it:", path);
    }
    return fd;
}

/* The directory of a user's outputs, which only that user can enter. 0, or -1 with errno. */
static int make_output_directory(uid_t uid) {
    char name[16];
    (void)snprintf(name, sizeof name, "%u", (unsigned)uid);
    if (mkdirat(gate.outputs, name, 0700) < 0) {
        return errno == EEXIST ? 0 : -1;
    }
    return fchownat(gate.outputs, name, uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW);
}

/* Whoever may take the daemon over gets neither a process of root's nor one of its own user's without bounds. */
static bool has_jobs(uid_t uid) {
    errno = EPERM;
    return (uid != 0 || gate.root_jobs) && uid != gate.user.uid;
}

static pid_t start(const struct request *request, const int given[GIVEN]) {
    const struct spawn *spawn = &request->spawn;
    return !has_jobs(spawn->uid) || make_output_directory(spawn->uid) < 0 ? -1 : spawn_job(spawn, given);
}

/* To a process that is ours to wait for, so that its pid is its own; a negative one is its process group. */
static int signal_child(pid_t pid, int number) {
    siginfo_t info;
    pid_t child = pid < 0 && pid > INT_MIN ? -pid : pid; /* INT_MIN has no positive */
    if (child <= 1 || syscall(SYS_waitid, P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT, NULL) < 0) {
        errno = ESRCH;
        return -1;
    }
    return kill(pid, number);
}

/* One request with exactly its descriptors; false when the loop is gone or sent anything else. */
static bool receive(struct request *request, int given[GIVEN]) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * GIVEN)];
    struct iovec part = {.iov_base = request, .iov_len = sizeof *request};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(gate.asked, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    size_t count = header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
                           ? (header->cmsg_len - CMSG_LEN(0)) / sizeof(int)
                           : 0;
    memset(given, -1, sizeof(int) * GIVEN);
    if (count > 0 && count <= GIVEN) {
        memcpy(given, CMSG_DATA(header), count * sizeof(int));
    }
    return length == (ssize_t)sizeof *request && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0
           && (request->verb == ASK_START ? count == GIVEN : count == 0);
}

static void end_loop(void) {
    (void)shutdown(gate.asked, SHUT_RDWR); /* who was just forked still has it open */
    close(gate.asked);
    close(gate.news);
    gate.asked = gate.news = -1;
}

static void answer(void) {
    struct request request;
    struct answer answer = {.pid = -1};
    int given[GIVEN];
    bool sound = receive(&request, given);
    request.spawn.as_user = true; /* whatever was sent */
    if (sound && request.verb == ASK_START) {
        answer.pid = start(&request, given);
    } else if (sound && request.verb == ASK_SIGNAL) {
        answer.pid = signal_child(request.pid, request.number);
    } else if (sound && request.verb == ASK_JOIN) {
        answer.pid = has_jobs(request.spawn.uid) ? join_caller(&request.spawn, request.pid) : -1;
    } else if (sound && request.verb == ASK_CONFINE) {
        answer.pid = confine(&request.spawn);
    }
    answer.error = answer.pid < 0 ? errno : 0;
    for (int i = 0; i < GIVEN; i++) {
        if (given[i] >= 0) {
            close(given[i]);
        }
    }
    if (!sound || send(gate.asked, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        end_loop(); /* it ends at that, and is started again */
    }
}

static int64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* It ended as it was asked to, can never start, or is started again: soon, unless it has just been. */
static void loop_ended(int status) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (gate.stopping || code == 0) {
        exit(0);
    }
    if (code == STATUS_USAGE || (code == STATUS_LOCKED && gate.starts == 1)) {
        exit(code);
    }
    say("q-launch's loop ended with %s %d", code < 0 ? "signal" : "status", code < 0 ? WTERMSIG(status) : code);
    end_loop();
    gate.loop = 0;
    gate.restart_ms = now_ms() + (now_ms() - gate.started_ms > SETTLED_MS ? PAUSE_MS : LONG_PAUSE_MS);
}

/* Of every process that ended, first told and then reaped: who finds it gone has been told. Those that the loop has no
 * room for, or that end while there is none, wait. */
static void tell_ends(void) {
    int status;
    siginfo_t info = {0};
    struct rusage usage;
    if (gate.loop > 0 && waitpid(gate.loop, &status, WNOHANG) == gate.loop) {
        loop_ended(status);
    }
    gate.behind = false;
    while (gate.news >= 0 && syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT, &usage) == 0
           && info.si_pid > 0 && info.si_pid != gate.loop) {
        struct news news = {.pid = info.si_pid, .usage = usage};
        news.status = info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8
                                                 : info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
        if (send(gate.news, &news, sizeof news, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            gate.behind = errno == EAGAIN;
            return;
        }
        (void)waitpid(info.si_pid, NULL, 0);
        info.si_pid = 0;
    }
}

static void heed_signals(void) {
    struct signalfd_siginfo info;
    while (read(gate.signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGCHLD) {
            gate.stopping = true;
            if (gate.loop == 0) {
                exit(0);
            }
            (void)kill(gate.loop, SIGTERM);
        }
    }
}

/* True in the new process, which has no privileges any more. */
static bool start_loop(void) {
    int asked[2];
    int news[2];
    sigset_t none;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, asked) < 0
        || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, news) < 0) {
        stop(STATUS_FAILED, "cannot set up", "sockets");
    }
    pid_t gate_pid = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        stop(STATUS_FAILED, "cannot start", "q-launch's loop");
    }
    if (pid > 0) {
        close(asked[1]);
        close(news[1]);
        gate.loop = pid;
        gate.asked = asked[0];
        gate.news = news[0];
        gate.started_ms = now_ms();
        gate.starts++;
        return false;
    }
    close(asked[0]);
    close(news[0]);
    close(gate.outputs);
    close(gate.signals);
    door.gate = gate_pid;
    door.asked = asked[1];
    door.news = news[1];
    if (sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0 || renounce() < 0
        || become(&gate.user) < 0) {
        stop(STATUS_USAGE, "cannot become", "the user of --user");
    }
    return true;
}

static bool serve(void) {
    for (;;) {
        if (gate.loop == 0 && now_ms() >= gate.restart_ms && start_loop()) {
            return true;
        }
        struct pollfd watched[] = {{.fd = gate.signals, .events = POLLIN},
                                   {.fd = gate.asked, .events = POLLIN},
                                   {.fd = gate.behind ? gate.news : -1, .events = POLLOUT}};
        int wait_ms = gate.loop == 0 ? (int)(gate.restart_ms - now_ms()) : -1;
        if (poll(watched, 3, wait_ms < -1 ? 0 : wait_ms) < 0 && errno != EINTR) {
            stop(STATUS_FAILED, "cannot wait for", "anything");
        }
        heed_signals();
        if (watched[1].revents != 0 && gate.asked >= 0) {
            answer();
        }
        tell_ends();
    }
}

int gate_open(int count, char **arguments) {
    bool named = count > 6 && strcmp(arguments[3], "--outputs") == 0;
    const struct passwd *user = named ? getpwnam(arguments[2]) : NULL;
    gate.root_jobs = named && strcmp(arguments[5], "--root-jobs") == 0;
    int at = gate.root_jobs ? 6 : 5;
    sigset_t mask;
    errno = EINVAL;
    if (user == NULL || user->pw_uid == 0 || strcmp(arguments[at], "--") != 0 || geteuid() != 0) {
        stop(STATUS_USAGE, "usage, as root: q-launch --user NAME --outputs DIR [--root-jobs] -- ARGS...",
             user == NULL ? "(there is no such user)" : "");
    }
    (void)umask(077);
    gate.outputs = open_outputs(arguments[4]);
    if (account_find(&gate.user, user->pw_uid) < 0 || chdir("/") < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0
        || sigemptyset(&mask) < 0 || sigaddset(&mask, SIGCHLD) < 0 || sigaddset(&mask, SIGTERM) < 0
        || sigaddset(&mask, SIGINT) < 0 || sigprocmask(SIG_SETMASK, &mask, NULL) < 0
        || (gate.signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC)) < 0) {
        stop(STATUS_FAILED, "cannot set up", "q-launch");
    }
    (void)signal(SIGHUP, SIG_IGN);
    bases_find(&bases, &gate.user);
    (void)serve();
    return at;
}
