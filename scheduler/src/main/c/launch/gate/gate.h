/* The part of q-launch that needs privileges on a shared machine. There it runs as root in a process of its own, and
 * the loop, the supervisors and the daemon have none; for one user alone the same functions run in the loop's process,
 * as that user.
 *
 *   gate.c    the privileged process: what it is asked, and telling who ended
 *   spawn.c   two processes for a job, its supervisor and itself, in their session and cgroup
 *   become.c  accounts, and from root to one of them
 *   pam.c     accounts and sessions by the machine's own rules
 *   bases.c   where jobs' cgroups lie
 *   join.c    processes into a job's cgroups
 *   devices.c which GPUs' device files a job can open
 *
 * Nothing here reads a frame, a file of a user's or a word that a user typed. */
#ifndef GPUQ_GATE_H
#define GPUQ_GATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { TOKEN_BYTES = 16, TOKEN_HEX = 2 * TOKEN_BYTES + 1, CGROUP_BYTES = 471, FAILURE_BYTES = 5 + TOKEN_BYTES + 5,
       GPU_MINORS = 254 };

enum stage { STAGE_SUPERVISOR = 1, STAGE_RECORD, STAGE_CGROUP, STAGE_SESSION, STAGE_IDENTITY, STAGE_DIRECTORY,
             STAGE_OUTPUT, STAGE_LIMITS, STAGE_EXEC, STAGE_DEVICES };

/* A job to be started: with `as_user` as somebody else, else as whoever we are. */
struct spawn {
    uint8_t token[TOKEN_BYTES];
    uint32_t job;
    uint32_t uid;
    uint8_t as_user;
    uint8_t bounded;                  /* there may be cgroups of version 1 for it */
    uint8_t confined;                 /* to its cgroups, which it must be in */
    uint8_t gpus[GPU_MINORS / 8 + 1]; /* the minor numbers of its GPUs, a bit each */
    uint64_t output_limit;            /* bytes, for the supervisor; 0: none */
};

/* The descriptors that go with it: the order in memory, the exit record, the pipe for notes, the pipe of words for the
 * supervisor. */
enum { GIVEN_ORDER, GIVEN_RECORD, GIVEN_NOTES, GIVEN_WORDS, GIVEN };

/* What the loop asks of the gate: one of these for one answer. */
enum verb {
    ASK_START = 1, /* `spawn`, with its descriptors; the answer is the supervisor's pid */
    ASK_SIGNAL,    /* `number` to the process `pid`, which must be one that the gate waits for */
    ASK_JOIN,      /* `pid` into the cgroups of the job of `spawn`: it must be the user's own */
    ASK_CONFINE    /* the cgroups of the job of `spawn` to its GPUs' device files */
};
struct request {
    enum verb verb;
    struct spawn spawn;
    int32_t pid;
    int32_t number;
};
struct answer {
    int32_t pid; /* -1: refused, see error */
    int32_t error;
};
/* A process ended that the gate waits for. */
struct news {
    int32_t pid;
    int32_t status;
    struct rusage usage;
};

/* The loop's side, in door.c; -1 and 0 where there is no gate. */
struct door {
    int asked;
    int news;
    pid_t gate;
};
extern struct door door;

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* gate.c: returns in the loop's process, without privileges; how many arguments it has used. */
int gate_open(int count, char **arguments);

/* become.c */
struct account {
    uid_t uid;
    gid_t gid;
    gid_t *groups; /* never freed */
    int count;
};
int account_find(struct account *account, uid_t uid);
int account_check(uid_t uid);
int account_session(const char *name); /* pam.c */
int become(const struct account *account);
int renounce(void);

/* bases.c: below what jobs' cgroups lie; empty: nowhere. */
enum controller { CONTROL_MEMORY, CONTROL_PIDS, CONTROL_CPU, CONTROL_DEVICES, CONTROLLERS };
extern const char *const controllers[CONTROLLERS];
struct bases {
    char unified[CGROUP_BYTES];
    char legacy[CONTROLLERS][CGROUP_BYTES]; /* where version 1 has it */
};
extern struct bases bases;
void bases_find(struct bases *bases, const struct account *owner);
bool listed(const char *list, const char *word);
bool cgroup_put(const char *cgroup, const char *file, const char *word);
int cgroup_path(char path[CGROUP_BYTES], const char *base, uint32_t job, const uint8_t *token);
void token_hex(const uint8_t *token, char hex[TOKEN_HEX]);
/* The first line of a file that `wanted` takes; what it found in it. */
typedef bool reader(char *line, const char *argument, char found[PATH_MAX]);
bool search(const char *name, reader *wanted, const char *argument, char found[PATH_MAX]);

/* join.c: 0, or -1 with errno. The pid 0 is our own. */
int join_legacy(const struct spawn *spawn, pid_t pid);
int join_caller(const struct spawn *spawn, pid_t pid);

/* devices.c: 0, or -1 with errno. */
int confine(const struct spawn *spawn);

/* spawn.c: the supervisor's pid, or -1 with errno. */
pid_t spawn_job(const struct spawn *spawn, const int given[GIVEN]);

/* What comes after, without privileges. `peer` leads to the other of the two: the job's process waits there for a word
 * of its supervisor, and says what failed; a successful exec closes it. `cgroup` is empty when it is in none. */
noreturn void supervise(const struct spawn *spawn, const int given[GIVEN], pid_t job, int peer, const char *cgroup);
noreturn void job_run(int order, int peer);

#endif
