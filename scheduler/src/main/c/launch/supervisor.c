/* One process a job: starts it, waits for it, writes the exit record, and stays until its last descendant is gone.
 * Nothing but SIGKILL ends it early: every other signal is blocked. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct {
    int record;
    int notes;
    int words;
    int signals; /* SIGCHLD, as a descriptor */
    pid_t job;
    bool reaped;  /* how the job's process ended is known, and told once its output is whole */
    int status;
    struct rusage usage;
    pid_t packer; /* 0: the output is whole */
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
enum { SYNC_MS = 1000, OUTPUT_MS = 1000, FLOOD_MS = 50, PACK_MS = 2000 };

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
    self.heard = write_full(self.notes, note, sizeof note) == 0;
}

/* Descriptors of q-launch: the daemon must see the end of its socket when q-launch dies, whoever else lives. */
static int close_others(const int given[GIVEN], int peer) {
    const int kept[] = {given[GIVEN_RECORD], given[GIVEN_NOTES], given[GIVEN_WORDS], peer};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) {
        return -1;
    }
    for (int first = 3; first >= 0;) {
        int next = -1;
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
            next = kept[i] >= first && (next < 0 || kept[i] < next) ? kept[i] : next;
        }
        if (next != first && close_range((unsigned)first, next < 0 ? ~0U : (unsigned)next - 1, 0) < 0) {
            return -1;
        }
        first = next < 0 ? -1 : next + 1;
    }
    return 0;
}

static noreturn void not_started(const uint8_t *token, enum stage stage, int error) {
    uint8_t payload[TOKEN_BYTES + 5];
    memcpy(payload, token, TOKEN_BYTES);
    payload[TOKEN_BYTES] = (uint8_t)stage;
    put_u32(payload + TOKEN_BYTES + 1, (uint32_t)error);
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

/* How the start is told; into the record it goes before the program runs. Made while the job's process prepares itself. */
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
    size_t length = started_payload(payload, token, pid);
    ssize_t count = output_receive(channel, &said, &self.output);
    if (count == (ssize_t)sizeof said && said.stage != 0) {
        give_up(token, pid, (enum stage)said.stage, said.error);
    }
    self.packer = count == (ssize_t)sizeof said ? said.error : 0;
    crash_point("start-not-recorded");
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

/* Lets the job's process go and returns once its program runs. */
static void start(const struct spawn *spawn, pid_t pid, int peer) {
    char name[32];
    sigset_t children;
    (void)put_number(stpcpy(name, "gpuq-job "), spawn->job); /* of which the kernel takes the first 15 bytes */
    if (prctl(PR_SET_NAME, name) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || sigemptyset(&children) < 0
        || sigaddset(&children, SIGCHLD) < 0
        || (self.signals = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC)) < 0) {
        not_started(spawn->token, STAGE_SUPERVISOR, errno);
    }
    crash_point("cgroup-made");
    write_times(spawn->token);
    self.output_limit = spawn->output_limit;
    let_go(spawn->token, pid, peer);
    if (self.output >= 0 && self.output_limit == 0) {
        close(self.output);
        self.output = -1;
    }
}

static void look_at_output(void) {
    if (self.output >= 0) {
        self.flooding = output_keep_within(self.output, self.output_limit);
    }
}

static void tell_exit(const uint8_t *token) {
    uint8_t payload[EXIT_BYTES];
    look_at_output(); /* whoever hears of the end may read all of it */
    record_exit_payload(payload, token, &self.times, self.status, &self.usage);
    self.ended = true;
    crash_point("exit-not-recorded");
    report(EXITED, payload, sizeof payload, true);
    crash_point("exit-told");
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
        if (pid == job && !self.reaped) {
            self.reaped = true;
            self.status = status;
            self.usage = usage;
        } else if (pid == self.packer) {
            self.packer = 0;
        }
        if (self.reaped && !self.ended && self.packer == 0) {
            tell_exit(token);
        }
    }
}

/* The pid of the job's process may belong to a stranger once it is reaped, so `reach` starts from ourselves. */
static void pass_on(int signal_number) {
    if ((signal_number & GROUP_ONLY) != 0) {
        if (!self.reaped) { /* not reaped, so the group is its own */
            (void)kill(-self.job, signal_number & ~GROUP_ONLY);
        }
        return;
    }
    self.killing = self.killing || signal_number == SIGKILL;
    (void)reach(getpid(), false, self.times.cgroup, signal_number);
}

static void last_child_gone(const uint8_t *token) {
    look_at_output();
    crash_point("last-one-gone");
    int others = cgroup_watch(self.times.cgroup);
    if (others < 0) {
        report(EMPTY, token, TOKEN_BYTES, false);
    } else {
        close(others); /* q-launch watches it on */
    }
}

static void sync_record(void) {
    if (fdatasync(self.record) < 0) {
        say("cannot sync an exit record: %s", strerror(errno));
    }
    self.safe = true;
}

/* Milliseconds until something is to be done without news, -1 for never. */
static int patience(bool children) {
    if (self.reaped && !self.ended) {
        return PACK_MS; /* somebody else may hold the packer's input for long */
    }
    if (self.killing && children) {
        return self.kill_ms;
    }
    if (self.output >= 0 && children) {
        return self.flooding ? FLOOD_MS : OUTPUT_MS;
    }
    return self.ended && !self.safe ? SYNC_MS : -1;
}

static void heed(void) {
    uint8_t word;
    while (read(self.words, &word, 1) == 1) {
        if (word == WORD_SAFE) {
            self.safe = true;
        } else {
            pass_on(word);
        }
    }
}

/* Waits for a word or a child's end, or for the time at which something is due without one. */
static void wait_for_news(const uint8_t *token, bool children) {
    struct signalfd_siginfo info;
    struct pollfd watched[] = {{.fd = self.words, .events = POLLIN}, {.fd = self.signals, .events = POLLIN}};
    bool killing = self.killing && children;
    bool unsafe = self.ended && !self.safe;
    bool due = poll(watched, 2, patience(children)) == 0;
    while (read(self.signals, &info, sizeof info) > 0) {
    }
    heed();
    if (due && self.reaped && !self.ended) {
        tell_exit(token);
    }
    if (due && killing) {
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

noreturn void supervise(const struct spawn *spawn, const int given[GIVEN], pid_t job, int peer, const char *cgroup) {
    self.record = given[GIVEN_RECORD];
    self.notes = given[GIVEN_NOTES];
    self.words = given[GIVEN_WORDS];
    self.job = job;
    memcpy(self.times.cgroup, cgroup, strlen(cgroup) + 1);
    crash_point("supervisor-born");
    if (close_others(given, peer) < 0) {
        not_started(spawn->token, STAGE_SUPERVISOR, errno);
    }
    start(spawn, job, peer);
    bool children = true;
    while (children || !self.safe) {
        if (children && !reap(spawn->token, job)) {
            children = false;
            last_child_gone(spawn->token);
        }
        if (self.ended && !self.heard && !self.safe) {
            sync_record();
        }
        if (children || !self.safe) {
            wait_for_news(spawn->token, children);
        }
    }
    _exit(0);
}
