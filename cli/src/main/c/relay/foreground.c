#include "foreground.h"

#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOT_RUN = 127, SETTLE_NS = 20 * 1000 * 1000 };

struct order {
    char **arguments;
    char **environment;
    char *directory; /* NULL: where q is */
};

static void forget_order(struct order *order) {
    free(order->arguments);
    free(order->environment);
    free(order->directory);
}

/* The order's strings point into the payload. 0, or -1 when it is malformed. */
static int read_order(struct order *order, struct job *job, uint8_t *rest, size_t length) {
    struct frame field;
    bool named = false;
    *order = (struct order){0};
    while (nested_frame(&rest, &length, &field) == FRAME_READY) {
        if (field.type == JOB_TOKEN && field.length == TOKEN_BYTES) {
            memcpy(job->token, field.payload, TOKEN_BYTES);
            named = true;
        } else if (field.type == JOB_ARGUMENTS && order->arguments == NULL) {
            order->arguments = string_list(field.payload, field.length);
        } else if (field.type == JOB_ENVIRONMENT && order->environment == NULL) {
            order->environment = string_list(field.payload, field.length);
        } else if (field.type == JOB_DIRECTORY && field.length > 0 && order->directory == NULL) {
            order->directory = strndup((const char *)field.payload, field.length);
        }
    }
    bool whole = length == 0 && named && order->environment != NULL && order->arguments != NULL &&
                 order->arguments[0] != NULL;
    if (!whole) {
        forget_order(order);
    }
    return whole ? 0 : -1;
}

/* q outlives what the terminal sends to the whole group, INT and QUIT, so that it can report the job's end. TERM and
 * HUP it passes on. TSTP stays as it is: it stops q like the job, and the shell sees both stop. */
static int take_signals(struct signal_settings *before, sigset_t *taken) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    return sigemptyset(taken) < 0 || sigaddset(taken, SIGCHLD) < 0 || sigaddset(taken, SIGTERM) < 0 ||
                   sigaddset(taken, SIGHUP) < 0 || sigprocmask(SIG_BLOCK, taken, &before->mask) < 0 ||
                   sigaction(SIGINT, &ignore, &before->interrupt) < 0 || sigaction(SIGQUIT, &ignore, &before->quit) < 0
               ? -1
               : 0;
}

static int give_back_signals(const struct signal_settings *before) {
    return sigaction(SIGINT, &before->interrupt, NULL) < 0 || sigaction(SIGQUIT, &before->quit, NULL) < 0 ||
                   sigprocmask(SIG_SETMASK, &before->mask, NULL) < 0
               ? -1
               : 0;
}

static struct start_failure become(const struct order *order, const struct signal_settings *before, pid_t parent) {
    /* The kernel tells the job when q is gone, kill -9 included; unless q went before this line. */
    /* In the background there is no terminal to lose: the job outlives even that q. */
    if ((in_background() ? setpgid(0, 0) : prctl(PR_SET_PDEATHSIG, SIGHUP)) < 0 || give_back_signals(before) < 0) {
        return (struct start_failure){STAGE_SUPERVISOR, errno};
    }
    if (getppid() != parent) {
        return (struct start_failure){STAGE_SUPERVISOR, ESRCH};
    }
    if (order->directory != NULL && chdir(order->directory) < 0) {
        return (struct start_failure){STAGE_DIRECTORY, errno};
    }
    environ = order->environment;
    (void)execvp(order->arguments[0], order->arguments);
    return (struct start_failure){STAGE_EXEC, errno};
}

/* The child's word on why it could not become the job; false when it became it. */
static bool read_failure(int fd, struct start_failure *failure) {
    ssize_t count;
    do {
        count = read(fd, failure, sizeof *failure);
    } while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof *failure;
}

static int failed(struct start_failure *failure) {
    *failure = (struct start_failure){STAGE_SUPERVISOR, errno};
    return 1;
}

static int launch(struct job *job, const struct order *order, struct start_failure *failure) {
    sigset_t taken;
    int result[2];
    pid_t parent = getpid();
    if (pipe2(result, O_CLOEXEC) < 0) {
        return failed(failure);
    }
    if (take_signals(&job->before, &taken) < 0 || (job->signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK)) < 0) {
        return failed(failure);
    }
    job->pid = fork();
    if (job->pid < 0) {
        return failed(failure);
    }
    if (job->pid == 0) {
        struct start_failure why = become(order, &job->before, parent);
        (void)write_full(result[1], &why, sizeof why);
        _exit(NOT_RUN);
    }
    (void)close(result[1]);
    bool broken = read_failure(result[0], failure);
    (void)close(result[0]);
    if (broken) {
        while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        return give_back_signals(&job->before) < 0 ? failed(failure) : 1;
    }
    job->state = JOB_RUNNING;
    return 0;
}

int job_start(struct job *job, uint8_t *order_bytes, size_t length, struct start_failure *failure) {
    struct order order;
    if (job->state != JOB_NONE || read_order(&order, job, order_bytes, length) < 0) {
        return -1;
    }
    int result = launch(job, &order, failure);
    forget_order(&order);
    return result;
}

static bool q_has_the_terminal(void) {
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) {
        return false;
    }
    bool has = tcgetpgrp(terminal) == getpgrp();
    (void)close(terminal);
    return has;
}

/* A job that stops itself, as editors do on Ctrl-Z, would leave the shell waiting for q: q stops too, and the shell's
 * fg continues both. When the terminal stopped the two together, q comes here only after fg, and the job is already
 * continued or just about to be. */
static void stop_along(const struct job *job) {
    siginfo_t continued = {0};
    struct timespec settle = {.tv_nsec = SETTLE_NS};
    if (!q_has_the_terminal()) {
        return;
    }
    (void)nanosleep(&settle, NULL);
    if (waitid(P_PID, (id_t)job->pid, &continued, WCONTINUED | WNOHANG) == 0 && continued.si_pid == job->pid) {
        return;
    }
    (void)raise(SIGSTOP);
    (void)kill(job->pid, SIGCONT);
}

static bool reap(struct job *job) {
    for (;;) {
        int status;
        pid_t who = wait4(job->pid, &status, WNOHANG | WUNTRACED, &job->usage);
        if (who < 0 && errno == EINTR) {
            continue;
        }
        if (who != job->pid) {
            return false;
        }
        if (!WIFSTOPPED(status)) {
            job->status = status;
            job->state = JOB_ENDED;
            return true;
        }
        if (WSTOPSIG(status) != SIGSTOP) {
            stop_along(job);
        }
    }
}

bool job_heed(struct job *job) {
    struct signalfd_siginfo got;
    bool child = false;
    while (read(job->signals, &got, sizeof got) == (ssize_t)sizeof got) {
        if (got.ssi_signo == SIGCHLD) {
            child = true;
        } else if (job->state == JOB_RUNNING) {
            (void)kill(job->pid, (int)got.ssi_signo); /* not reaped yet, so the pid is still the job's */
        }
    }
    return child && job->state == JOB_RUNNING && reap(job);
}

void job_let_signals_through(struct job *job) {
    (void)close(job->signals);
    job->signals = -1;
    if (give_back_signals(&job->before) < 0) {
        abort(); /* only for bad arguments */
    }
}

int job_exit_status(const struct job *job) {
    return WIFSIGNALED(job->status) ? 128 + WTERMSIG(job->status) : WEXITSTATUS(job->status);
}

static uint64_t micros(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

int job_append_ended(const struct job *job, struct buffer *to) {
    uint8_t payload[28];
    put_u32(payload, (uint32_t)job->status);
    put_u64(payload + 4, micros(job->usage.ru_utime));
    put_u64(payload + 12, micros(job->usage.ru_stime));
    put_u64(payload + 20, (uint64_t)job->usage.ru_maxrss * 1024);
    return buffer_append_frame(to, ENDED, payload, sizeof payload);
}
