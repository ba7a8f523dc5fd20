#include "talk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "background.h"
#include "capture.h"
#include "file.h"
#include "foreground.h"
#include "frame.h"
#include "output.h"
#include "protocol.h"
#include "reach.h"
#include "request.h"
#include "say.h"

enum {
    FRAME_BYTES = 32 << 20,  /* a RUN holds a request's arguments and environment */
    AHEAD_BYTES = 128 << 20, /* read while standard output takes nothing: the daemon drops who does not read */
    FIRST_RETRY_MS = 50,
    LONGEST_RETRY_MS = 1000,
    GIVE_UP_MS = 15000
};

struct talk {
    const struct place *place;
    int fd; /* -1: the connection broke while a job runs or has yet to be reported */
    struct buffer in;
    int blocked; /* the stream (1, 2) that took not all of the frame now at the head of `in`; 0: none */
    struct shown_file file;
    bool file_failed;
    struct job job;
    int64_t ended_ms;
    int64_t retry_ms; /* when to try to connect again */
    int64_t pause_ms;
    bool heard;       /* the daemon has taken the connection in */
    bool turned_away; /* the daemon ends, and has done nothing of the request */
    bool detaching;   /* it wants to be asked from the background */
    bool deserted;    /* the connection broke, and `retry` says how to ask the next daemon */
    struct buffer *retry;
    int exit_status;  /* -1: not known yet */
};

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* it exists on every Linux */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Without a job, the call is over. It is not made again: the daemon may have carried it out before it ended. */
static void connection_broke(struct talk *talk) {
    if (!talk->heard && talk->job.state == JOB_NONE) {
        talk->turned_away = true; /* nobody has read it */
        return;
    }
    if (talk->job.state == JOB_NONE && buffer_length(talk->retry) > 0) {
        talk->deserted = true;
        return;
    }
    if (talk->job.state == JOB_NONE) {
        fail(STATUS_NO_DAEMON, "The daemon ended before it answered. Look with 'q' whether it has done what you asked.");
    }
    (void)close(talk->fd);
    talk->fd = -1;
    talk->in.start = talk->in.end = 0;
    talk->blocked = 0;
    talk->pause_ms = FIRST_RETRY_MS;
    talk->retry_ms = now_ms() + talk->pause_ms;
}

static _Noreturn void malformed(void) {
    fail(STATUS_FAILED, "The daemon sent something that this q does not understand. Restart it: q daemon stop.");
}

/* A connection that broke shows when it is read next. */
static void report(struct talk *talk, uint8_t type, const void *payload, size_t length) {
    struct buffer out = {.limit = 4096};
    if (talk->fd < 0) {
        return;
    }
    if (buffer_append_frame(&out, type, payload, length) < 0) {
        fail(STATUS_FAILED, "Out of memory.");
    }
    (void)send_all(talk->fd, &out);
    buffer_free(&out);
}

static void report_number(struct talk *talk, uint8_t type, int number) {
    uint8_t payload[4];
    put_u32(payload, (uint32_t)number);
    report(talk, type, payload, sizeof payload);
}

static void report_job(struct talk *talk) {
    struct buffer out = {.limit = 4096};
    if (talk->job.state == JOB_RUNNING) {
        report_number(talk, STARTED, (int)talk->job.pid);
    } else if (talk->fd >= 0) {
        if (job_append_ended(&talk->job, &out) < 0) {
            fail(STATUS_FAILED, "Out of memory.");
        }
        (void)send_all(talk->fd, &out);
        buffer_free(&out);
    }
}

static void resume(struct talk *talk) {
    static const char digits[] = "0123456789abcdef";
    char token[2 * TOKEN_BYTES + 1] = {0};
    struct buffer out = {.limit = 4096};
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        token[2 * i] = digits[talk->job.token[i] >> 4];
        token[2 * i + 1] = digits[talk->job.token[i] & 15];
    }
    if (append_hello(&out) < 0 || buffer_append_frame(&out, RESUME, token, sizeof token) < 0) {
        fail(STATUS_FAILED, "Out of memory.");
    }
    (void)send_all(talk->fd, &out);
    buffer_free(&out);
    report_job(talk);
}

static void try_again(struct talk *talk) {
    if (talk->fd >= 0 || now_ms() < talk->retry_ms) {
        return;
    }
    talk->fd = try_connect(talk->place);
    if (talk->fd >= 0) {
        resume(talk);
        return;
    }
    if (talk->job.state == JOB_ENDED && now_ms() - talk->ended_ms > GIVE_UP_MS) {
        say("The job has ended, but no daemon is there to be told. It will be listed as lost.");
        talk->exit_status = job_exit_status(&talk->job);
        return;
    }
    talk->pause_ms = talk->pause_ms * 2 < LONGEST_RETRY_MS ? talk->pause_ms * 2 : LONGEST_RETRY_MS;
    talk->retry_ms = now_ms() + talk->pause_ms;
}

static void end_file(struct talk *talk) {
    if (talk->file.fd >= 0) {
        file_copy(&talk->file);
        file_close(&talk->file);
    }
}

static void show_file(struct talk *talk, const struct frame *frame) {
    enum { FIXED_BYTES = 9 };
    char path[PATH_MAX];
    if (frame->length <= FIXED_BYTES || frame->length - FIXED_BYTES >= sizeof path) {
        malformed();
    }
    end_file(talk);
    memcpy(path, frame->payload + FIXED_BYTES, frame->length - FIXED_BYTES);
    path[frame->length - FIXED_BYTES] = '\0';
    int why = file_open(&talk->file, path, (int64_t)get_u64(frame->payload + 1), frame->payload[0] != 0);
    if (why != 0) {
        talk->file_failed = true;
        say("%s cannot be read: %s.", shown(path), strerror(why));
        report_number(talk, FILE_FAILED, why);
    } else if (frame->payload[0] == 0) {
        end_file(talk);
    }
}

/* What does not fit goes back to the head of the buffer as a frame of its own. */
static void print(struct talk *talk, const struct frame *frame, int stream) {
    size_t done = 0;
    while (done < frame->length) {
        size_t count = print_some(stream, frame->payload + done, frame->length - done);
        done += count;
        if (count == 0) {
            uint8_t *header = frame->payload + done - FRAME_HEADER;
            header[0] = frame->type;
            put_u32(header + 1, frame->length - (uint32_t)done);
            talk->in.start = (size_t)(header - talk->in.bytes);
            talk->blocked = stream;
            return;
        }
    }
}

static void run_job(struct talk *talk, const struct frame *frame) {
    struct start_failure failure;
    switch (job_start(&talk->job, frame->payload, frame->length, &failure)) {
    case 0:
        report_number(talk, STARTED, (int)talk->job.pid);
        break;
    case 1: {
        uint8_t payload[5] = {(uint8_t)failure.stage};
        put_u32(payload + 1, (uint32_t)failure.why);
        report(talk, NOT_STARTED, payload, sizeof payload);
        break;
    }
    default:
        malformed();
    }
}

static void capture_output(struct talk *talk, const struct frame *frame) {
    struct buffer out = {.limit = CAPTURE_BYTES + 4096};
    if (capture(frame->payload, frame->length, &out) < 0) {
        malformed();
    }
    if (talk->fd >= 0) {
        (void)send_all(talk->fd, &out);
    }
    buffer_free(&out);
}

static void remember_retry(struct talk *talk, const struct frame *frame) {
    talk->retry->start = talk->retry->end = 0;
    if (frame->length == 0 || frame->payload[frame->length - 1] != '\0') {
        malformed();
    }
    if (buffer_append(talk->retry, frame->payload, frame->length) < 0) {
        fail(STATUS_FAILED, "Out of memory.");
    }
}

static void heed(struct talk *talk, const struct frame *frame) {
    switch (frame->type) {
    case STDOUT:
        print(talk, frame, STDOUT_FILENO);
        break;
    case STDERR:
        print(talk, frame, STDERR_FILENO);
        break;
    case SHOW_FILE:
        show_file(talk, frame);
        break;
    case FILE_END:
        end_file(talk);
        break;
    case RUN:
        run_job(talk, frame);
        break;
    case SIGNAL:
        if (frame->length != 1) {
            malformed();
        }
        if (talk->job.state == JOB_RUNNING) {
            /* One that has ended needs none; in the background it leads a group of its own. */
            (void)kill(in_background() ? -talk->job.pid : talk->job.pid, frame->payload[0]);
        }
        break;
    case EXIT:
        if (frame->length != 1) {
            malformed();
        }
        end_file(talk);
        talk->exit_status = frame->payload[0] == 0 && talk->file_failed ? STATUS_FAILED : frame->payload[0];
        break;
    case WELCOME:
        break;
    case DETACH:
        if (frame->length != 0 || talk->job.state != JOB_NONE || in_background()) {
            malformed();
        }
        talk->detaching = true;
        break;
    case RELEASE:
        let_caller_go();
        break;
    case CAPTURE:
        capture_output(talk, frame);
        break;
    case RETRY_AS:
        remember_retry(talk, frame);
        break;
    case AGAIN:
        if (talk->job.state == JOB_NONE) {
            talk->turned_away = true;
        } else {
            connection_broke(talk);
        }
        break;
    default:
        malformed();
    }
}

static void heed_all(struct talk *talk) {
    struct frame frame;
    while (talk->exit_status < 0 && !talk->turned_away && !talk->detaching && !talk->deserted && talk->blocked == 0) {
        switch (buffer_take_frame(&talk->in, FRAME_BYTES, &frame)) {
        case FRAME_READY:
            heed(talk, &frame);
            break;
        case FRAME_TOO_LONG:
            malformed();
        case FRAME_INCOMPLETE:
            return;
        }
    }
}

static void receive(struct talk *talk) {
    ssize_t count = buffer_fill(&talk->in, talk->fd);
    if (count > 0) {
        talk->heard = true;
        return;
    }
    if (count < 0 && errno != ECONNRESET) {
        fail(STATUS_FAILED, "The daemon's answer cannot be read: %s.", strerror(errno));
    }
    /* What has come may be all there is to say. */
    if (talk->blocked == 0) {
        connection_broke(talk);
    } else {
        (void)close(talk->fd);
        talk->fd = -1;
        talk->retry_ms = INT64_MAX;
    }
}

static int patience(const struct talk *talk) {
    int64_t ms = talk->file.fd >= 0 ? file_patience(&talk->file) : -1;
    if (talk->fd < 0 && talk->retry_ms != INT64_MAX) {
        int64_t left = talk->retry_ms - now_ms();
        left = left > 0 ? left : 0;
        ms = ms < 0 || left < ms ? left : ms;
    }
    return (int)ms;
}

enum { FROM_DAEMON, FROM_JOB, FROM_FILE, TO_STREAM, SOURCES };

static void wait_for_something(struct talk *talk) {
    bool room = buffer_length(&talk->in) < AHEAD_BYTES;
    struct pollfd sources[SOURCES] = {
        [FROM_DAEMON] = {.fd = room ? talk->fd : -1, .events = POLLIN},
        [FROM_JOB] = {.fd = talk->job.state == JOB_RUNNING ? talk->job.signals : -1, .events = POLLIN},
        [FROM_FILE] = {.fd = talk->file.fd >= 0 ? talk->file.changes : -1, .events = POLLIN},
        [TO_STREAM] = {.fd = talk->blocked != 0 ? talk->blocked : -1, .events = POLLOUT},
    };
    if (poll(sources, SOURCES, patience(talk)) < 0) {
        return; /* a signal; everything is looked at again */
    }
    if (sources[TO_STREAM].revents != 0) {
        talk->blocked = 0;
    }
    if (sources[FROM_FILE].revents != 0) {
        file_changed(&talk->file);
    }
    if (sources[FROM_JOB].revents != 0 && job_heed(&talk->job)) {
        talk->ended_ms = now_ms();
        report_job(talk);
        job_let_signals_through(&talk->job);
    }
    if (sources[FROM_DAEMON].revents != 0) {
        receive(talk);
    }
}

int talk(const struct place *place, int fd, struct buffer *retry) {
    struct talk talk = {
        .place = place,
        .fd = fd,
        .in = {.limit = AHEAD_BYTES},
        .file = {.fd = -1, .changes = -1},
        .job = {.signals = -1},
        .retry = retry,
        .exit_status = -1,
    };
    receive(&talk); /* nothing else can happen before the first answer */
    for (;;) {
        heed_all(&talk);
        if (talk.turned_away || talk.detaching || talk.deserted) {
            (void)close(talk.fd);
            buffer_free(&talk.in);
            return talk.detaching ? ASK_FROM_BACKGROUND : talk.deserted ? ASK_NEXT_DAEMON : ASK_AGAIN;
        }
        if (talk.exit_status >= 0) {
            buffer_free(&talk.in);
            return talk.exit_status;
        }
        if (talk.fd < 0 && talk.retry_ms == INT64_MAX && talk.blocked == 0) {
            connection_broke(&talk);
            continue;
        }
        if (talk.file.fd >= 0) {
            file_copy(&talk.file);
        }
        try_again(&talk);
        if (talk.exit_status < 0) {
            wait_for_something(&talk);
        }
    }
}
