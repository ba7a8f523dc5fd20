/* One process a job: starts it, waits for it, writes the exit record, and stays until its last descendant is gone.
 * Nothing but SIGKILL ends it early: every other signal is blocked. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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
    int output; /* -1: none, or it has no bound */
    uint64_t output_limit;
    bool flooding; /* the output went beyond its bound */
} self = {.kill_ms = 10, .output = -1};

/* An exit is mostly in the journal a few milliseconds later, and a sync for each would only slow down that one. The
 * output is looked at once a second, and twenty times a second once it went beyond its bound. */
enum { SYNC_MS = 1000, OUTPUT_MS = 1000, FLOOD_MS = 50 };

/* Into the record first, then to q-launch. A record that cannot be written must not stop the news, and without a
 * q-launch (EPIPE) the record is enough. */
static void report(uint8_t type, const void *payload, size_t length, bool in_record) {
    uint8_t note[NOTE_BYTES] = {type};
    if (in_record && record_append(self.record, type, payload, length) < 0) {
        say("cannot write an exit record: %s", strerror(errno));
    }
    crash_point(type == EXITED ? "exit-recorded" : "note-due");
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
    uint8_t payload[TOKEN_BYTES + 21];
    self.times.start_us = clock_us(CLOCK_REALTIME);
    self.times.start_monotonic_us = clock_us(CLOCK_MONOTONIC);
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(payload + TOKEN_BYTES, (uint32_t)getpid());
    put_u64(payload + TOKEN_BYTES + 4, self.times.start_us);
    put_u64(payload + TOKEN_BYTES + 12, self.times.start_monotonic_us);
    payload[TOKEN_BYTES + 20] = RECORD_VERSION;
    if (record_append(self.record, RECORD_SUPERVISOR, payload, sizeof payload) < 0) {
        not_started(token, STAGE_RECORD, errno);
    }
}

/* How the start is told; into the record it goes before the program runs. */
static size_t started_payload(uint8_t payload[NOTE_BYTES], const uint8_t *token, pid_t pid) {
    size_t path = strlen(self.times.cgroup);
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(payload + TOKEN_BYTES, (uint32_t)pid);
    put_u64(payload + TOKEN_BYTES + 4, process_start(pid, true));
    put_u64(payload + TOKEN_BYTES + 12, self.times.start_us);
    memcpy(payload + TOKEN_BYTES + 20, self.times.cgroup, path);
    return TOKEN_BYTES + 20 + path;
}

static noreturn void give_up(const uint8_t *token, pid_t pid, enum stage stage, int error) {
    (void)kill(pid, SIGKILL); /* it has not run its program, and must not */
    (void)waitpid(pid, NULL, 0);
    not_started(token, stage, error);
}

/* Takes over the output, has the start on record, and then lets the job's process run its program. A process that
 * somebody killed before is a job that was started and killed. */
static void let_go(const uint8_t *token, pid_t pid, int channel) {
    struct failure said = {0};
    uint8_t payload[NOTE_BYTES];
    ssize_t count = output_receive(channel, &said, &self.output);
    if (count == (ssize_t)sizeof said && said.stage != 0) {
        give_up(token, pid, (enum stage)said.stage, said.error);
    }
    crash_point("start-not-recorded");
    size_t length = started_payload(payload, token, pid);
    if (record_append(self.record, STARTED, payload, length) < 0) {
        give_up(token, pid, STAGE_RECORD, errno);
    }
    crash_point("start-recorded");
    (void)send(channel, "", 1, MSG_NOSIGNAL);
    count = output_receive(channel, &said, &self.output);
    close(channel);
    if (count == (ssize_t)sizeof said) {
        give_up(token, pid, (enum stage)said.stage, said.error);
    }
    crash_point("start-not-told");
    report(STARTED, payload, length, false);
}

/* Starts the job's process and returns once its program runs. */
static pid_t start(const struct frame *frame, const uint8_t *token) {
    int ends[2];
    struct order order;
    char name[16];
    crash_point("supervisor-born");
    if (order_read(frame, &order) < 0) {
        not_started(token, STAGE_SUPERVISOR, EBADMSG);
    }
    (void)snprintf(name, sizeof name, "gpuq-job %u", order.job);
    if (setsid() < 0 || prctl(PR_SET_NAME, name) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0
        || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        not_started(token, STAGE_SUPERVISOR, errno);
    }
    cgroup_create(self.times.cgroup, launcher.cgroup, order.job, token);
    crash_point("cgroup-made");
    write_times(token);
    pid_t pid = cgroup_fork(self.times.cgroup);
    if (pid == 0) {
        close(ends[0]); /* so that it sees the end of ours */
        job_run(&order, ends[1]);
    }
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        not_started(token, STAGE_SUPERVISOR, error);
    }
    self.output_limit = order.output_limit;
    let_go(token, pid, ends[0]);
    if (self.output >= 0 && self.output_limit == 0) {
        close(self.output);
        self.output = -1;
    }
    return pid;
}

static void look_at_output(void) {
    if (self.output >= 0) {
        self.flooding = output_keep_within(self.output, self.output_limit);
    }
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
            look_at_output(); /* whoever hears of the end may read all of it */
            record_exit_payload(payload, token, &self.times, status, &usage);
            self.ended = true;
            crash_point("exit-not-recorded");
            report(EXITED, payload, sizeof payload, true);
            crash_point("exit-told");
        }
    }
}

/* The pid of the job's process may belong to a stranger once it is reaped, so `reach` starts from ourselves. */
static void pass_on(int signal_number) {
    self.killing = self.killing || signal_number == SIGKILL;
    (void)reach(getpid(), false, self.times.cgroup, signal_number);
}

static void last_child_gone(const uint8_t *token) {
    look_at_output();
    crash_point("last-one-gone");
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

/* Milliseconds until something is to be done without a signal, -1 for never. */
static int patience(bool children) {
    if (self.killing && children) {
        return self.kill_ms;
    }
    if (self.output >= 0 && children) {
        return self.flooding ? FLOOD_MS : OUTPUT_MS;
    }
    return self.ended && !self.safe ? SYNC_MS : -1;
}

/* Waits for a signal, or for the time at which something is due without one. */
static void next_signal(const sigset_t *wanted, bool children) {
    siginfo_t info;
    bool killing = self.killing && children;
    bool unsafe = self.ended && !self.safe;
    int ms = patience(children);
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    int got = sigtimedwait(wanted, &info, ms >= 0 ? &pause : NULL);
    bool due = got < 0 && errno == EAGAIN;
    if (got == SIGRTMIN && info.si_value.sival_int == 0) {
        self.safe = true;
    } else if (got == SIGRTMIN) {
        pass_on(info.si_value.sival_int);
    } else if (killing) {
        /* Who forked while we looked is found now; who cannot die just yet is asked ever more rarely. */
        self.kill_ms = self.kill_ms < SYNC_MS ? 2 * self.kill_ms : self.kill_ms;
        pass_on(SIGKILL);
    }
    if (children) {
        look_at_output();
    }
    if (due && unsafe) {
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
