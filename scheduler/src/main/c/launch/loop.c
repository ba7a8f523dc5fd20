/* The one thread of q-launch. It waits for nobody: the daemon's socket does not block, supervisors report through a
 * named pipe, and what cannot be told to the daemon now is in the exit records. */
#include "launch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Above this nothing is read that could add to it; one input adds far less than the rest. */
enum { OUTPUT_FULL = 1 << 20, OUTPUT_LIMIT = 4 << 20, IDLE_INPUT = 1 << 18 };

static struct {
    int epoll;
    int signals;
    bool stopping;
    bool overflow;
    struct daemon daemon;
    struct buffer input;
    struct buffer output;
    uint32_t daemon_events;
} state = {.daemon = {.pid = -1, .fd = -1}, .input = {.limit = START_LIMIT + FRAME_HEADER},
           .output = {.limit = OUTPUT_LIMIT}};

/* Keys of what is watched besides jobs. */
static char daemon_key, notes_key, signals_key, news_key;

int loop_watch(int fd, uint32_t events, void *key) {
    struct epoll_event event = {.events = events, .data.ptr = key};
    return epoll_ctl(state.epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Before every close of what is watched: a supervisor that was forked just now still has it open, and what is open
 * anywhere is told of, under a key that names nothing any more. */
void loop_unwatch(int fd) {
    (void)epoll_ctl(state.epoll, EPOLL_CTL_DEL, fd, NULL); /* it can only fail for what is not watched */
}

/* Closes our end; the daemon sees the end of its input and ends, and is then started anew. */
static void disconnect(void) {
    if (state.daemon.fd >= 0) {
        loop_unwatch(state.daemon.fd);
        close(state.daemon.fd);
    }
    state.daemon.fd = -1;
    buffer_free(&state.input);
    buffer_free(&state.output);
}

static void distrust(const char *reason) {
    say("the daemon's connection is closed: %s", reason);
    disconnect();
    if (state.daemon.pid > 0) {
        (void)kill(state.daemon.pid, SIGTERM);
    }
}

/* Without a daemon nothing is kept: it asks for its jobs when it is back. */
void loop_tell(uint8_t type, const void *payload, size_t length) {
    if (state.daemon.fd >= 0 && buffer_append_frame(&state.output, type, payload, length) < 0) {
        state.overflow = true; /* `drain` closes the connection: our caller may be reading from its input */
    }
}

static void ready(void) {
    uint8_t payload[8 + CGROUP_BYTES] = {PROTOCOL_VERSION};
    size_t length = strlen(bases.unified);
    put_u32(payload + 1, (uint32_t)getpid());
    for (int i = 0; i < CONTROL_DEVICES; i++) {
        payload[5] |= (uint8_t)(controls.version[i] > 0 ? 1U << i : 0);
    }
    payload[6] = (uint8_t)controls.version[CONTROL_DEVICES];
    payload[7] = (uint8_t)controls.refusal;
    memcpy(payload + 8, bases.unified, length);
    loop_tell(READY, payload, 8 + length);
}

static bool obey(const struct frame *frame) {
    if (frame->type == JOIN && (frame->length == JOIN_BYTES || frame->length == JOIN_BYTES + GPUS_BYTES)) {
        job_join(frame);
        return true;
    }
    const uint8_t *token = frame->type == START ? order_token(frame) : frame->payload;
    if (frame->type == HELLO) {
        if (frame->length != 1 || frame->payload[0] < OLDEST_VERSION || frame->payload[0] > PROTOCOL_VERSION) {
            return false;
        }
        ready();
        return true;
    }
    if (frame->type == COUNT && frame->length == 0) {
        uint8_t payload[4];
        put_u32(payload, job_supervisors());
        loop_tell(COUNTED, payload, sizeof payload);
        return true;
    }
    if (token == NULL || (frame->type != START && frame->length != TOKEN_BYTES + (frame->type == KILL))) {
        return false;
    }
    switch (frame->type) {
        case START:
            job_start(frame, token);
            return true;
        case KILL:
            job_kill(token, frame->payload[TOKEN_BYTES]);
            return true;
        case ADOPT:
            job_adopt(token);
            return true;
        case FORGET:
            job_forget(token);
            return true;
        default:
            return false;
    }
}

/* All whole frames there are, as long as there is room for answers. True when that ran out. */
static bool take_frames(void) {
    struct frame frame;
    enum frame_result result = FRAME_INCOMPLETE;
    while (state.daemon.fd >= 0 && buffer_length(&state.output) < OUTPUT_FULL
           && (result = buffer_take_frame(&state.input, START_LIMIT, &frame)) == FRAME_READY) {
        if (!obey(&frame)) {
            distrust("it sent a frame that makes no sense");
            return false;
        }
    }
    if (result == FRAME_TOO_LONG) {
        distrust("it sent a frame that is too long");
    } else if (buffer_length(&state.input) == 0 && state.input.capacity > IDLE_INPUT) {
        buffer_free(&state.input);
    }
    return buffer_length(&state.output) >= OUTPUT_FULL;
}

static void read_daemon(void) {
    ssize_t count = buffer_fill(&state.input, state.daemon.fd);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EMSGSIZE)) {
        disconnect(); /* its end is reported by SIGCHLD */
    }
}

void loop_read_notes(void) {
    uint8_t notes[8][NOTE_BYTES];
    ssize_t count;
    while ((count = read(launcher.notes_in, notes, sizeof notes)) > 0) {
        for (size_t i = 0; i < (size_t)count / NOTE_BYTES; i++) {
            struct frame frame;
            uint8_t *rest = notes[i];
            size_t length = NOTE_BYTES;
            if (nested_frame(&rest, &length, &frame) == FRAME_READY) {
                job_note(&frame);
            }
        }
    }
}

static void reap(void) {
    int status;
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        if (pid == state.daemon.pid) {
            if (state.daemon.fd >= 0) {
                read_daemon(); /* the last it said */
                (void)take_frames();
            }
            disconnect();
            state.daemon.pid = -1;
            daemon_ended(&state.daemon, status, state.stopping);
        } else {
            job_child_ended(pid, status, &usage);
        }
    }
}

static void read_signals(void) {
    struct signalfd_siginfo info;
    while (read(state.signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD) {
            continue;
        }
        state.stopping = true;
        if (state.daemon.pid < 0) {
            exit(0);
        }
        (void)kill(state.daemon.pid, SIGTERM);
    }
    reap();
}

/* Starts the daemon when that is due; returns the milliseconds until something is, -1 for never. */
static int tend_daemon(void) {
    uint64_t now = clock_us(CLOCK_MONOTONIC);
    if (state.daemon.pid < 0 && state.daemon.restart_us <= now) {
        if (daemon_start(&state.daemon) < 0) {
            say("cannot start the daemon: %s", strerror(errno));
            state.daemon.pid = -1;
            state.daemon.restart_us = now + 1000000;
            return 1000;
        }
        state.daemon_events = EPOLLIN;
        if (loop_watch(state.daemon.fd, EPOLLIN, &daemon_key) < 0) {
            distrust("it cannot be watched");
        }
    }
    return state.daemon.pid < 0 ? (int)((state.daemon.restart_us - now) / 1000) + 1 : -1;
}

/* Writes what can be written and asks to hear of the rest. True when there is room for answers again. */
static bool drain(void) {
    if (state.overflow) {
        state.overflow = false;
        distrust("it does not read");
    }
    if (state.daemon.fd >= 0 && buffer_drain(&state.output, state.daemon.fd) < 0) {
        disconnect();
    }
    if (state.daemon.fd < 0) {
        return false;
    }
    size_t waiting = buffer_length(&state.output);
    uint32_t events = (waiting < OUTPUT_FULL ? (uint32_t)EPOLLIN : 0) | (waiting > 0 ? (uint32_t)EPOLLOUT : 0);
    struct epoll_event event = {.events = events, .data.ptr = &daemon_key};
    if (events != state.daemon_events && epoll_ctl(state.epoll, EPOLL_CTL_MOD, state.daemon.fd, &event) == 0) {
        state.daemon_events = events;
    }
    return waiting < OUTPUT_FULL;
}

static void handle(const struct epoll_event *event) {
    if (event->data.ptr == &signals_key) {
        read_signals();
    } else if (event->data.ptr == &notes_key) {
        loop_read_notes();
    } else if (event->data.ptr == &news_key) {
        door_read_news();
    } else if (event->data.ptr != &daemon_key) {
        job_watched(event->data.ptr);
    } else if (state.daemon.fd >= 0 && buffer_length(&state.output) < OUTPUT_FULL
               && (event->events & ~(uint32_t)EPOLLOUT) != 0) {
        read_daemon();
    }
}

noreturn void loop(void) {
    sigset_t mask;
    if (sigemptyset(&mask) < 0 || sigaddset(&mask, SIGCHLD) < 0 || sigaddset(&mask, SIGTERM) < 0
        || sigaddset(&mask, SIGINT) < 0 || sigprocmask(SIG_BLOCK, &mask, NULL) < 0
        || (state.signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC)) < 0
        || (state.epoll = epoll_create1(EPOLL_CLOEXEC)) < 0 || loop_watch(state.signals, EPOLLIN, &signals_key) < 0
        || loop_watch(launcher.notes_in, EPOLLIN, &notes_key) < 0
        || (door.gate != 0 && loop_watch(door.news, EPOLLIN, &news_key) < 0)) {
        say("cannot set up: %s", strerror(errno));
        exit(1);
    }
    for (;;) {
        struct epoll_event event;
        int wait_ms = tend_daemon();
        int retry_ms = job_retry();
        while (take_frames() && drain()) {
        }
        (void)drain();
        if (retry_ms >= 0 && (wait_ms < 0 || retry_ms < wait_ms)) {
            wait_ms = retry_ms;
        }
        /* One at a time: what one event closes or frees, a second of the same call could still name. */
        int count = epoll_wait(state.epoll, &event, 1, wait_ms);
        if (count < 0 && errno != EINTR) {
            say("cannot wait: %s", strerror(errno));
            exit(1);
        }
        if (count > 0) {
            handle(&event);
        }
    }
}
