/* One process a job: starts it, waits for it, writes the exit record, and stays until its last descendant is gone.
 * Nothing but SIGKILL ends it early: every other signal is blocked. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct {
    int record;
    struct record times; /* when the job started, where it runs */
    bool ended;
    bool heard;   /* q-launch took the last note */
    bool safe;    /* the exit is in the daemon's journal, or synced here */
    bool killing; /* SIGKILL was asked for: until nobody is left */
    int kill_ms;
} self = {.kill_ms = 10};

/* An exit is mostly in the journal a few milliseconds later, and a sync for each would only slow down that one. */
enum { SYNC_MS = 1000 };

/* Into the record first, then to q-launch. A record that cannot be written must not stop the news, and without a
 * q-launch (EPIPE) the record is enough. */
static void report(uint8_t type, const void *payload, size_t length, bool in_record) {
    uint8_t note[NOTE_BYTES] = {type};
    if (in_record && record_append(self.record, type, payload, length) < 0) {
        say("cannot write an exit record: %s", strerror(errno));
    }
    put_u32(note + 1, (uint32_t)length);
    memcpy(note + FRAME_HEADER, payload, length);
    self.heard = write_full(launcher.notes_out, note, sizeof note) == 0;
}

/* Descriptors of q-launch: the daemon must see the end of its socket when q-launch dies, whoever else lives. */
static int close_others(void) {
    int low = self.record < launcher.notes_out ? self.record : launcher.notes_out;
    int high = self.record < launcher.notes_out ? launcher.notes_out : self.record;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) {
        return -1;
    }
    if ((low > 3 && close_range(3, (unsigned)low - 1, 0) < 0)
        || (high > low + 1 && close_range((unsigned)low + 1, (unsigned)high - 1, 0) < 0)) {
        return -1;
    }
    return close_range((unsigned)high + 1, ~0U, 0);
}

static noreturn void not_started(const uint8_t *token, enum stage stage, int error) {
    uint8_t payload[TOKEN_BYTES + 5];
    memcpy(payload, token, TOKEN_BYTES);
    payload[TOKEN_BYTES] = (uint8_t)stage;
    put_u32(payload + TOKEN_BYTES + 1, (uint32_t)error);
    cgroup_remove(self.times.cgroup);
    report(NOT_STARTED, payload, sizeof payload, true);
    _exit(0);
}

static void write_times(const uint8_t *token) {
    uint8_t payload[TOKEN_BYTES + 20];
    self.times.start_us = clock_us(CLOCK_REALTIME);
    self.times.start_monotonic_us = clock_us(CLOCK_MONOTONIC);
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(payload + TOKEN_BYTES, (uint32_t)getpid());
    put_u64(payload + TOKEN_BYTES + 4, self.times.start_us);
    put_u64(payload + TOKEN_BYTES + 12, self.times.start_monotonic_us);
    if (record_append(self.record, RECORD_SUPERVISOR, payload, sizeof payload) < 0) {
        not_started(token, STAGE_RECORD, errno);
    }
}

static void started(const uint8_t *token, pid_t pid) {
    uint8_t payload[NOTE_BYTES];
    size_t path = strlen(self.times.cgroup);
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(payload + TOKEN_BYTES, (uint32_t)pid);
    put_u64(payload + TOKEN_BYTES + 4, process_start(pid, true));
    put_u64(payload + TOKEN_BYTES + 12, self.times.start_us);
    memcpy(payload + TOKEN_BYTES + 20, self.times.cgroup, path);
    report(STARTED, payload, TOKEN_BYTES + 20 + path, true);
}

/* Starts the job's process and returns once its program runs. */
static pid_t start(const struct frame *frame, const uint8_t *token) {
    int pipe_ends[2];
    struct order order;
    struct failure failure;
    char name[16];
    if (order_read(frame, &order) < 0) {
        not_started(token, STAGE_SUPERVISOR, EBADMSG);
    }
    (void)snprintf(name, sizeof name, "gpuq-job %u", order.job);
    if (setsid() < 0 || prctl(PR_SET_NAME, name) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0
        || pipe2(pipe_ends, O_CLOEXEC) < 0) {
        not_started(token, STAGE_SUPERVISOR, errno);
    }
    cgroup_create(self.times.cgroup, launcher.cgroup, order.job, token);
    write_times(token);
    pid_t pid = cgroup_fork(self.times.cgroup);
    if (pid == 0) {
        job_run(&order, pipe_ends[1]);
    }
    int error = errno;
    close(pipe_ends[1]);
    if (pid < 0) {
        not_started(token, STAGE_SUPERVISOR, error);
    }
    ssize_t told;
    do {
        told = read(pipe_ends[0], &failure, sizeof failure);
    } while (told < 0 && errno == EINTR);
    close(pipe_ends[0]);
    if (told == (ssize_t)sizeof failure) {
        (void)waitpid(pid, NULL, 0);
        not_started(token, (enum stage)failure.stage, failure.error);
    }
    started(token, pid);
    return pid;
}

/* Reaps all that ended. False when no child is left. */
static bool reap(const uint8_t *token, pid_t job) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid <= 0) {
            return pid == 0;
        }
        if (pid == job && !self.ended) {
            uint8_t payload[EXIT_BYTES];
            record_exit_payload(payload, token, &self.times, status, &usage);
            self.ended = true;
            report(EXITED, payload, sizeof payload, true);
        }
    }
}

/* The pid of the job's process may belong to a stranger once it is reaped, so `reach` starts from ourselves. */
static void pass_on(int signal_number) {
    self.killing = self.killing || signal_number == SIGKILL;
    (void)reach(getpid(), false, self.times.cgroup, signal_number);
}

static void last_child_gone(const uint8_t *token) {
    if (cgroup_watch(self.times.cgroup) < 0) { /* else q-launch watches it on */
        cgroup_remove(self.times.cgroup);
        report(EMPTY, token, TOKEN_BYTES, false);
    }
}

static void sync_record(void) {
    if (fdatasync(self.record) < 0) {
        say("cannot sync an exit record: %s", strerror(errno));
    }
    self.safe = true;
}

/* Waits for a signal, or for the time at which something is due without one. */
static void next_signal(const sigset_t *wanted, bool children) {
    siginfo_t info;
    bool killing = self.killing && children;
    bool unsafe = self.ended && !self.safe;
    int ms = killing ? self.kill_ms : SYNC_MS;
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    int got = sigtimedwait(wanted, &info, killing || unsafe ? &pause : NULL);
    if (got == SIGRTMIN && info.si_value.sival_int == 0) {
        self.safe = true;
    } else if (got == SIGRTMIN) {
        pass_on(info.si_value.sival_int);
    } else if (killing) {
        /* Who forked while we looked is found now; who cannot die just yet is asked ever more rarely. */
        self.kill_ms = self.kill_ms < SYNC_MS ? 2 * self.kill_ms : self.kill_ms;
        pass_on(SIGKILL);
    }
    if (got < 0 && errno == EAGAIN && unsafe) {
        sync_record();
    }
}

noreturn void supervise(struct buffer *input, const struct frame *frame, const uint8_t *frame_token, int record) {
    uint8_t token[TOKEN_BYTES];
    sigset_t wanted;
    memcpy(token, frame_token, TOKEN_BYTES);
    self.record = record;
    if (sigfillset(&wanted) < 0 || sigprocmask(SIG_SETMASK, &wanted, NULL) < 0 || close_others() < 0) {
        not_started(token, STAGE_SUPERVISOR, errno);
    }
    pid_t job = start(frame, token);
    buffer_free(input);
    (void)sigemptyset(&wanted);
    (void)sigaddset(&wanted, SIGCHLD);
    (void)sigaddset(&wanted, SIGRTMIN);
    bool children = true;
    while (children || !self.safe) {
        if (children && !reap(token, job)) {
            children = false;
            last_child_gone(token);
        }
        if (self.ended && !self.heard && !self.safe) {
            sync_record();
        }
        if (children || !self.safe) {
            next_signal(&wanted, children);
        }
    }
    _exit(0);
}
