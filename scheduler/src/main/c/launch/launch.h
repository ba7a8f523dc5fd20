/* q-launch: starts the daemon and, on its word, jobs. One supervisor process a job outlives both.
 *
 *   main.c        arguments, state directory, lock, detaching
 *   loop.c        the one thread: daemon, supervisors, signals
 *   jobs.c        what the loop knows of each job; adopting those of an earlier q-launch
 *   daemon.c      starting the daemon, and again when it dies
 *   supervisor.c  one process a job: starts it, waits, writes the record
 *   start.c       from the job fields to the program: all that happens in the job's own process
 *   record.c      exit records
 *   output.c      the bound of a job's output
 *   reach.c       signals to every process of a job
 *   cgroup.c      a cgroup for each job, where one can be made
 *
 * The frames, fields and stages are those of docs/protocol.md. */
#ifndef GPUQ_LAUNCH_H
#define GPUQ_LAUNCH_H

#include "frame.h"

#include <stdnoreturn.h>
#include <sys/resource.h>

/* Of the frames between the daemon and q-launch, and of the records that supervisors leave to a later q-launch. A
 * record of version 1 names none, and its job may run although no STARTED is in it. */
enum { PROTOCOL_VERSION = 2, RECORD_VERSION = 2, TOKEN_BYTES = 16, START_LIMIT = 16 << 20 };

enum { HELLO = 1, START, KILL, ADOPT, FORGET };
enum { READY = 64, STARTED, NOT_STARTED, EXITED, GONE, EMPTY };
enum { RECORD_SUPERVISOR = 1 }; /* in a record only: token, u32 pid, i64 start µs since 1970, u64 its monotonic µs, u8 version */
enum { FIELD_TOKEN = 1, FIELD_ARGUMENTS, FIELD_ENVIRONMENT, FIELD_DIRECTORY, FIELD_OUTPUT, FIELD_UMASK, FIELD_LIMITS,
       FIELD_JOB, FIELD_IDENTITY, FIELD_OUTPUT_LIMIT };
enum stage { STAGE_SUPERVISOR = 1, STAGE_RECORD, STAGE_CGROUP, STAGE_SESSION, STAGE_IDENTITY, STAGE_DIRECTORY,
             STAGE_OUTPUT, STAGE_LIMITS, STAGE_EXEC };

/* What a supervisor tells q-launch: one frame, padded to a fixed size. A pipe takes it whole or not at all, and a new
 * q-launch that goes on reading the pipe of a dead one never begins in the middle. */
enum { NOTE_BYTES = 512, CGROUP_BYTES = NOTE_BYTES - FRAME_HEADER - TOKEN_BYTES - 20 };

/* Descriptors and settings that all parts share; written by main, only read later. */
struct launcher {
    const char *program;
    char **arguments; /* of the daemon, program first, NULL-terminated */
    int run;          /* directory of the exit records */
    int lock;
    int notify;       /* -1: none, or given to the daemon */
    int notes_in;     /* the named pipe DIR/notes */
    int notes_out;
    struct rlimit files; /* RLIMIT_NOFILE as it was: q-launch raises its own */
    char cgroup[CGROUP_BYTES]; /* empty: none can be made */
};
extern struct launcher launcher;

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void default_signals(void);
uint64_t clock_us(int clock);
int pid_descriptor(int pid);

/* Where tests let us die, one step after the other. No program that is given to people has these: see src/test/c. */
#ifdef GPUQ_CRASH_POINTS
void crash_point(const char *name);
#else
#define crash_point(name) ((void)0)
#endif

/* loop.c */
noreturn void loop(void);
void loop_tell(uint8_t type, const void *payload, size_t length);
int loop_watch(int fd, uint32_t events, void *key);
void loop_read_notes(void);

/* daemon.c: pid and descriptor are -1 while there is none. */
struct daemon {
    pid_t pid;
    int fd;
    int quick_deaths;
    uint64_t started_us; /* CLOCK_MONOTONIC */
    uint64_t restart_us; /* 0: no restart is due */
};
int daemon_start(struct daemon *daemon);
void daemon_ended(struct daemon *daemon, int status, bool stopping);

/* jobs.c */
struct job;
void job_start(struct buffer *input, const struct frame *order, const uint8_t *token);
void job_adopt(const uint8_t *token);
void job_forget(const uint8_t *token);
void job_kill(const uint8_t *token, int signal_number);
void job_note(const struct frame *frame);
void job_child_ended(pid_t pid, int status, const struct rusage *usage);
void job_watched(struct job *job);
int job_retry(void); /* milliseconds until adoption has to look again, -1 for never */

/* start.c */
struct order {
    uint8_t token[TOKEN_BYTES];
    char **arguments;
    char **environment;
    char *directory;
    char *output;
    mode_t umask;
    bool limited;
    struct rlimit limits[RLIM_NLIMITS];
    uint32_t job;
    bool has_identity;
    uid_t uid;
    gid_t gid;
    uint64_t output_limit; /* bytes; 0: none */
};
/* From the job's process: what failed, or (stage 0) that nothing is left but to run the program. */
struct failure {
    int stage;
    int error;
};
const uint8_t *order_token(const struct frame *start);
int order_read(const struct frame *start, struct order *order);
noreturn void job_run(const struct order *order, int supervisor);

/* output.c */
int output_hand_over(int supervisor, const struct failure *ready, int output);
ssize_t output_receive(int job, struct failure *said, int *output);
bool output_keep_within(int output, uint64_t limit);

/* supervisor.c: runs in the supervisor's own process; the record is open and locked. SIGRTMIN asks it to send the
 * signal in its value to the job; 0 says that the exit is in the daemon's journal. */
noreturn void supervise(struct buffer *input, const struct frame *start, const uint8_t *token, int record);

/* record.c */
struct record {
    bool alive; /* its supervisor lives */
    uint8_t version; /* 0: not yet written */
    pid_t supervisor; /* 0: not yet written */
    uint64_t start_us; /* since 1970 */
    uint64_t start_monotonic_us;
    pid_t process; /* 0: not started */
    uint64_t process_start; /* clock ticks after boot */
    char cgroup[CGROUP_BYTES];
    struct frame started; /* type 0: not there. These point into bytes. */
    struct frame end;     /* EXITED or NOT_STARTED */
    uint8_t bytes[2 * NOTE_BYTES + 256];
};
int record_create(const uint8_t *token);
int record_read(const uint8_t *token, struct record *record);
int record_open_again(const uint8_t *token);
int record_append(int fd, uint8_t type, const void *payload, size_t length);
void record_remove(const uint8_t *token);
enum { EXIT_BYTES = TOKEN_BYTES + 52, TOKEN_HEX = 2 * TOKEN_BYTES + 1 };
void record_exit_payload(uint8_t payload[EXIT_BYTES], const uint8_t *token, const struct record *started, int status,
                         const struct rusage *usage);
void token_hex(const uint8_t *token, char hex[TOKEN_HEX]);

/* reach.c: sends the signal to every living process below `root` (and to root itself when asked; 0: no root) and in
 * the cgroup (empty: none). Returns how many there were, -1 with errno. */
int reach(pid_t root, bool with_root, const char *cgroup, int signal_number);
/* The start time of a process in clock ticks after boot; 0: there is none (or it is a zombie, when those do not count). */
uint64_t process_start(pid_t pid, bool zombies_too);

/* cgroup.c: paths are absolute; all of them do nothing for the empty one. */
void cgroup_find_base(char base[CGROUP_BYTES]);
void cgroup_create(char path[CGROUP_BYTES], const char *base, uint32_t job, const uint8_t *token);
pid_t cgroup_fork(char *path);
int cgroup_watch(const char *path);
int cgroup_open(const char *path, const char *file, int flags);
void cgroup_remove(const char *path);
void cgroup_remove_left(const char *base, const uint8_t *token);

#endif
