/* What q-launch knows of each job that has a process left. Everything else is in the exit records, so that a new
 * q-launch knows as much as the one before it: a job comes into this table when it is started, or adopted. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BUCKETS = 256, RETRY_MS = 50 };

struct job {
    struct job *next;
    uint8_t token[TOKEN_BYTES];
    pid_t supervisor; /* 0: it is gone */
    pid_t process;    /* 0: not known here */
    pid_t orphan;     /* that process, when it fell to us because its supervisor was killed; else 0 */
    bool reaped;      /* it was, before its supervisor's end was heard of: with this status and usage */
    int status;
    struct rusage usage;
    char *cgroup;     /* made for it here; else NULL, and the record knows */
    uid_t user;       /* NO_USER: not started here */
    bool child;       /* the supervisor is ours to reap; else `watch` tells when it ends */
    int watch;        /* of the adopted supervisor, later of the cgroup or process that outlived it; else -1 */
    bool ended;       /* how it ended was told */
    bool empty;
    bool forgotten;
};

static struct job *table[BUCKETS];
static int unsettled; /* adopted supervisors that did not write their pid yet */

static struct job **slot(const uint8_t *token) {
    struct job **at = &table[token[0]];
    while (*at != NULL && memcmp((*at)->token, token, TOKEN_BYTES) != 0) {
        at = &(*at)->next;
    }
    return at;
}

static struct job *add(const uint8_t *token) {
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        say("out of memory");
        exit(1);
    }
    memcpy(job->token, token, TOKEN_BYTES);
    job->watch = -1;
    job->user = NO_USER;
    *slot(token) = job;
    return job;
}

static void watch(struct job *job, int fd, uint32_t events) {
    if (job->watch >= 0) {
        loop_unwatch(job->watch);
        close(job->watch);
    }
    job->watch = fd;
    if (fd >= 0 && loop_watch(fd, events, job) < 0) {
        say("cannot watch a process: %s", strerror(errno));
    }
}

/* Nothing of the job is left to wait for. */
static void drop(struct job *job) {
    struct job **at = slot(job->token);
    if (!job->empty) {
        loop_tell(EMPTY, job->token, TOKEN_BYTES);
    }
    if (job->forgotten) {
        record_remove(job->token, job->user);
    }
    watch(job, -1, 0);
    *at = job->next;
    free(job->cgroup);
    free(job);
}

static void tell_end(struct job *job, const struct record *record) {
    loop_tell(record->end.type, record->end.payload, record->end.length);
    job->ended = true;
    job->empty = job->empty || record->end.type == NOT_STARTED;
}

static void refuse(const uint8_t *token, enum stage stage, int error) {
    uint8_t payload[TOKEN_BYTES + 5];
    memcpy(payload, token, TOKEN_BYTES);
    payload[TOKEN_BYTES] = (uint8_t)stage;
    put_u32(payload + TOKEN_BYTES + 1, (uint32_t)error);
    loop_tell(NOT_STARTED, payload, sizeof payload);
}

/* The program is let go only once STARTED is in the record: a supervisor that died without it took the job along. */
static bool never_ran(const struct record *record) {
    return record->started.type == 0 && record->end.type == 0 && record->version != 1;
}

/* Its supervisor was killed, and it has ended since: the record is written here. */
static void orphan_ended(struct job *job, const struct record *record) {
    uint8_t payload[EXIT_BYTES];
    int fd = record_open_again(job->token);
    record_exit_payload(payload, job->token, record, job->status, &job->usage);
    if (fd < 0 || record_append(fd, EXITED, payload, sizeof payload) < 0) {
        say("cannot write an exit record: %s", strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    loop_tell(EXITED, payload, sizeof payload);
    job->ended = true;
}

/* The supervisor is gone. What may be left: the job's process as our child, when the supervisor was killed (we are the
 * next subreaper), a process that is not ours to wait for, a cgroup that somebody is still in. */
static void settle(struct job *job) {
    struct record record;
    job->supervisor = 0;
    watch(job, -1, 0);
    loop_read_notes(); /* they may say all of it, and they come first */
    bool known = record_read(job->token, &record) == 0;
    if (known && record.end.type != 0 && !job->ended) {
        tell_end(job, &record);
    }
    if (known && !job->ended && record.process > 0) {
        job->process = record.process;
        bool awaited = job->orphan == 0 && door_awaits(record.process);
        door_read_news();
        if (job->reaped) {
            orphan_ended(job, &record);
        } else if (awaited) {
            job->orphan = record.process;
            return; /* job_child_ended comes back here */
        }
    }
    if (!job->ended && known && never_ran(&record)) {
        cgroup_remove_left(job->token);
        refuse(job->token, STAGE_SUPERVISOR, ECANCELED);
        job->ended = job->empty = true;
    } else if (!job->ended) {
        loop_tell(GONE, job->token, TOKEN_BYTES);
        job->ended = true;
    }
    const char *cgroup = job->cgroup != NULL ? job->cgroup : known ? record.cgroup : "";
    int members = job->empty ? -1 : cgroup_watch(cgroup);
    if (members >= 0) {
        watch(job, members, EPOLLPRI);
        return;
    }
    int process = known && !job->empty && record.process > 0 ? pid_descriptor(record.process) : -1;
    if (process >= 0 && process_start(record.process, false) == record.process_start) {
        watch(job, process, EPOLLIN);
        return;
    }
    if (process >= 0) {
        close(process);
    }
    cgroup_remove(cgroup);
    drop(job);
}

/* A supervisor of an earlier q-launch died before the program ran: it may be started after all. The record, or -1. */
static int start_over(const uint8_t *token, uid_t user) {
    struct record record;
    if (*slot(token) != NULL || record_read(token, &record) < 0 || record.alive || !never_ran(&record)) {
        errno = EEXIST;
        return -1;
    }
    cgroup_remove_left(token);
    record_remove(token, NO_USER);
    return record_create(token, user);
}

/* What a job's processes are given, all but the record. False with errno; what is open then is to be closed. */
static bool open_given(int given[GIVEN], const struct frame *order, const uint8_t *token, uid_t user) {
    given[GIVEN_NOTES] = launcher.notes_out;
    given[GIVEN_WORDS] = words_create(token, user);
    given[GIVEN_ORDER] = given[GIVEN_WORDS] < 0 ? -1 : memfd_create("order", MFD_CLOEXEC);
    return given[GIVEN_ORDER] >= 0 && write_full(given[GIVEN_ORDER], order->payload, order->length) == 0;
}

static void close_given(const int given[GIVEN]) {
    for (int i = 0; i < GIVEN; i++) {
        if (given[i] >= 0 && i != GIVEN_NOTES) {
            close(given[i]);
        }
    }
}

/* A token starts once, however often it is asked for: the record, made before the fork, is the proof. */
void job_start(const struct frame *start, const uint8_t *token) {
    int given[GIVEN] = {-1, -1, -1, -1};
    struct spawn spawn = {0};
    struct order order;
    char cgroup[CGROUP_BYTES] = "";
    crash_point("order-taken");
    bool whole = order_read(start->payload, start->length, &order) == 0;
    uid_t user = order.as_user ? order.uid : getuid();
    given[GIVEN_RECORD] = record_create(token, user);
    crash_point("record-made");
    if (given[GIVEN_RECORD] < 0 && errno == EEXIST) {
        given[GIVEN_RECORD] = start_over(token, user);
    }
    if (given[GIVEN_RECORD] < 0) {
        int error = errno;
        order_free(&order);
        if (error == EEXIST) {
            job_adopt(token);
        } else {
            refuse(token, STAGE_RECORD, error);
        }
        return;
    }
    enum stage stage = STAGE_SUPERVISOR;
    pid_t pid = -1;
    if (!whole) {
        errno = EBADMSG;
    } else if (open_given(given, start, token, user)) {
        memcpy(spawn.token, token, TOKEN_BYTES);
        spawn.job = order.job;
        spawn.as_user = order.as_user;
        spawn.uid = order.uid;
        spawn.output_limit = order.output_limit;
        spawn.bounded = bounds_any(&order.bounds);
        cgroup_create(cgroup, spawn.job, token);
        if (cgroup_bound(cgroup, &order.bounds) < 0) {
            stage = STAGE_CGROUP;
        } else if (order.confined && cgroup_confine(cgroup, &spawn, order.gpus) < 0) {
            stage = STAGE_DEVICES;
        } else {
            pid = door_spawn(&spawn, given);
        }
    }
    int error = errno;
    crash_point("supervisor-forked");
    order_free(&order);
    close_given(given);
    if (pid < 0) {
        cgroup_remove(cgroup);
        record_remove(token, NO_USER);
        refuse(token, stage, error);
        return;
    }
    struct job *job = add(token);
    job->supervisor = pid;
    job->child = true;
    job->user = user;
    job->cgroup = cgroup[0] == '\0' ? NULL : strdup(cgroup);
}

/* Watches the supervisor of an earlier q-launch. Its pid is in the record; held by a descriptor it is proven to be the
 * right one when the record is still locked afterwards. */
static void find_supervisor(struct job *job, struct record *record) {
    if (record->supervisor == 0) {
        return; /* it was forked just now; job_retry looks again */
    }
    int fd = pid_descriptor(record->supervisor);
    int error = errno;
    if (record_read(job->token, record) == 0 && record->alive) {
        if (fd < 0) {
            say("cannot watch a supervisor: %s", strerror(error));
            return;
        }
        job->supervisor = record->supervisor;
        watch(job, fd, EPOLLIN);
        return;
    }
    if (fd >= 0) {
        close(fd);
    }
}

void job_adopt(const uint8_t *token) {
    struct record record;
    struct job *job = *slot(token);
    bool known = record_read(token, &record) == 0;
    if (job == NULL && !known) {
        loop_tell(GONE, token, TOKEN_BYTES);
        return;
    }
    if (job == NULL) {
        job = add(token);
        if (record.alive) {
            find_supervisor(job, &record);
            unsettled += record.alive && job->supervisor == 0;
        }
        if (!record.alive) {
            settle(job);
            return;
        }
    }
    if (known && record.end.type != 0) {
        tell_end(job, &record);
    } else if (job->ended) {
        loop_tell(GONE, token, TOKEN_BYTES);
    } else if (known && record.started.type != 0) {
        loop_tell(STARTED, record.started.payload, record.started.length);
    }
    if (job->empty) {
        loop_tell(EMPTY, token, TOKEN_BYTES);
    }
}

int job_retry(void) {
    int before = unsettled;
    unsettled = 0;
    for (int i = 0; before > 0 && i < BUCKETS; i++) {
        struct job *next;
        for (struct job *job = table[i]; job != NULL; job = next) {
            struct record record;
            next = job->next;
            if (job->supervisor != 0 || job->watch >= 0 || job->orphan != 0) {
                continue;
            }
            if (record_read(job->token, &record) == 0 && record.alive) {
                find_supervisor(job, &record);
            }
            if (!record.alive) {
                settle(job);
            } else if (job->supervisor == 0) {
                unsettled++;
            }
        }
    }
    return unsettled > 0 ? RETRY_MS : -1;
}

static void tell_supervisor(const struct job *job, uint8_t word) {
    if (words_say(job->token, word) < 0 && errno == ENOENT && job->watch >= 0) {
        siginfo_t info = {.si_signo = SIGRTMIN, .si_code = SI_QUEUE};
        info.si_pid = getpid();
        info.si_uid = getuid();
        info.si_value.sival_int = word;
        (void)syscall(SYS_pidfd_send_signal, job->watch, SIGRTMIN, &info, 0);
    }
}

/* A foreground job: its q goes into the cgroup, and so what it runs is born there. */
void job_join(const struct frame *order) {
    const uint8_t *token = order->payload;
    const struct bounds bounds = bounds_read(token + TOKEN_BYTES + 12);
    struct spawn spawn = {.job = get_u32(token + TOKEN_BYTES), .uid = get_u32(token + TOKEN_BYTES + 4), .as_user = true,
                          .bounded = bounds_any(&bounds)};
    uint8_t payload[TOKEN_BYTES + 4 + CGROUP_BYTES];
    char cgroup[CGROUP_BYTES];
    memcpy(spawn.token, token, TOKEN_BYTES);
    cgroup_create(cgroup, spawn.job, token);
    const uint8_t *gpus = order->length > JOIN_BYTES ? token + JOIN_BYTES : NULL;
    bool joined = cgroup_bound(cgroup, &bounds) == 0 && cgroup[0] != '\0'
                  && (gpus == NULL || cgroup_confine(cgroup, &spawn, gpus) == 0)
                  && door_join(&spawn, (pid_t)get_u32(token + TOKEN_BYTES + 8)) == 0;
    int error = joined ? 0 : errno;
    if (!joined) {
        cgroup_remove(cgroup);
        cgroup[0] = '\0';
    }
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(payload + TOKEN_BYTES, (uint32_t)error);
    memcpy(payload + TOKEN_BYTES + 4, cgroup, strlen(cgroup));
    loop_tell(JOINED, payload, TOKEN_BYTES + 4 + strlen(cgroup));
}

void job_forget(const uint8_t *token) {
    struct record record;
    char cgroup[CGROUP_BYTES];
    struct job *job = *slot(token);
    if (job != NULL) {
        job->forgotten = true; /* the record stays as long as processes do: a new q-launch finds them by it */
        tell_supervisor(job, WORD_SAFE);
    } else if (record_read(token, &record) == 0) {
        if (!record.alive) {
            record_remove(token, NO_USER);
        }
    } else if (cgroup_find(cgroup, token)) {
        cgroup_remove(cgroup); /* of a foreground job; what still runs in it keeps it until q-launch starts again */
    }
}

void job_kill(const uint8_t *token, int signal_number) {
    struct record record;
    struct job *job = *slot(token);
    int number = signal_number & ~GROUP_ONLY;
    char cgroup[CGROUP_BYTES];
    if (number < 1 || number > SIGRTMAX) {
        return;
    }
    if (job == NULL) {
        if (signal_number == SIGKILL && cgroup_find(cgroup, token)) {
            cgroup_kill(cgroup); /* of a foreground job, whose q has passed on all other signals */
        }
        return;
    }
    bool known = record_read(token, &record) == 0;
    if (signal_number == SIGKILL) {
        cgroup_kill(job->cgroup != NULL ? job->cgroup : known ? record.cgroup : "");
    }
    if (job->supervisor != 0) {
        tell_supervisor(job, (uint8_t)signal_number);
    } else if (known) {
        bool same = record.process > 0 && process_start(record.process, false) == record.process_start;
        if (number != signal_number) {
            if (job->orphan != 0) { /* ours to reap, so the group is its own */
                (void)door_signal(-job->orphan, number);
            }
            return;
        }
        if (job->orphan != 0 && door.gate != 0) {
            (void)door_signal(job->orphan, number); /* the gate's to reap; the rest of the job is in the cgroup */
        }
        (void)reach(same ? record.process : 0, true, record.cgroup, signal_number);
    }
}

/* From a supervisor: passed on as it is. */
void job_note(const struct frame *frame) {
    struct job *job = frame->length >= TOKEN_BYTES ? *slot(frame->payload) : NULL;
    bool end = frame->type == EXITED || frame->type == NOT_STARTED;
    if (job == NULL || (end && job->ended) || (frame->type == EMPTY && job->empty)) {
        return;
    }
    crash_point(end ? "end-heard" : "note-heard");
    if (frame->type == STARTED && frame->length >= TOKEN_BYTES + 4) {
        job->process = (pid_t)get_u32(frame->payload + TOKEN_BYTES);
    }
    job->ended = job->ended || end;
    job->empty = job->empty || frame->type == EMPTY || frame->type == NOT_STARTED;
    loop_tell(frame->type, frame->payload, frame->length);
}

void job_child_ended(pid_t pid, int status, const struct rusage *usage) {
    for (int i = 0; i < BUCKETS; i++) {
        for (struct job *job = table[i]; job != NULL; job = job->next) {
            if (job->child && job->supervisor == pid) {
                settle(job);
                return;
            }
            if (job->process == pid || job->orphan == pid) {
                job->reaped = true;
                job->status = status;
                job->usage = *usage;
                if (job->orphan == pid) {
                    settle(job);
                }
                return;
            }
        }
    }
}

uint32_t job_supervisors(void) {
    uint32_t count = 0;
    for (int i = 0; i < BUCKETS; i++) {
        for (const struct job *job = table[i]; job != NULL; job = job->next) {
            count += job->supervisor != 0;
        }
    }
    return count;
}

void job_watched(struct job *job) {
    settle(job);
}
