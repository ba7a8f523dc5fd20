/* q-launch: starts the daemon and, on its word, jobs. One supervisor process a job outlives both.
 *
 *   main.c        arguments, state directory, lock, detaching
 *   loop.c        the one thread: daemon, supervisors, signals
 *   jobs.c        what the loop knows of each job; adopting those of an earlier q-launch
 *   daemon.c      starting the daemon, and again when it dies
 *   supervisor.c  one process a job: starts it, waits, writes the record
 *   start.c       from the job fields to the program: all that happens in the job's own process
 *   words.c       what q-launch says to a supervisor
 *   record.c      exit records
 *   spares.c      records and pipes that serve one job after the other
 *   output.c      the bound of a job's output
 *   reach.c       signals to every process of a job
 *   cgroup.c      a cgroup for each job, where one can be made
 *   door.c        the way to gate/, which on a shared machine is another process
 *   gate/         what takes privileges on a shared machine
 *
 * The frames, fields and stages are those of docs/protocol.md. */
#ifndef GPUQ_LAUNCH_H
#define GPUQ_LAUNCH_H

#include "frame.h"
#include "gate/gate.h"

/* Of the frames between the daemon and q-launch, and of the records that supervisors leave to a later q-launch. A
 * record of version 1 names none, and its job may run although no STARTED is in it. */
enum { PROTOCOL_VERSION = 4, OLDEST_VERSION = 3, RECORD_VERSION = 2, START_LIMIT = 16 << 20 };

enum { HELLO = 1, START, KILL, ADOPT, FORGET, JOIN, COUNT };
enum { READY = 64, STARTED, NOT_STARTED, EXITED, GONE, EMPTY, JOINED, COUNTED };
enum { RECORD_SUPERVISOR = 1 }; /* in a record only: token, u32 pid, i64 start µs since 1970, u64 its monotonic µs, u8 version */
enum { FIELD_TOKEN = 1, FIELD_ARGUMENTS, FIELD_ENVIRONMENT, FIELD_DIRECTORY, FIELD_OUTPUT, FIELD_UMASK, FIELD_LIMITS,
       FIELD_JOB, FIELD_IDENTITY, FIELD_OUTPUT_LIMIT, FIELD_ERRORS, FIELD_COMPRESSED, FIELD_BOUNDS, FIELD_NICE,
       FIELD_GPUS };

/* What a supervisor tells q-launch: one frame, padded to a fixed size. A pipe takes it whole or not at all, and a new
 * q-launch that goes on reading the pipe of a dead one never begins in the middle. */
enum { NOTE_BYTES = 512 };
_Static_assert(CGROUP_BYTES == NOTE_BYTES - FRAME_HEADER - TOKEN_BYTES - 20, "a note holds a cgroup's path");

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
};
extern struct launcher launcher;

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
void loop_unwatch(int fd);
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
void job_start(const struct frame *order, const uint8_t *token);
void job_adopt(const uint8_t *token);
void job_forget(const uint8_t *token);
void job_join(const struct frame *order);
void job_kill(const uint8_t *token, int signal_number);
void job_note(const struct frame *frame);
void job_child_ended(pid_t pid, int status, const struct rusage *usage);
void job_watched(struct job *job);
uint32_t job_supervisors(void); /* how many live */
int job_retry(void); /* milliseconds until adoption has to look again, -1 for never */

/* door.c */
int door_confine(const struct spawn *spawn);
pid_t door_spawn(const struct spawn *spawn, const int given[GIVEN]);
int door_join(const struct spawn *spawn, pid_t pid);
int door_signal(pid_t pid, int number);
bool door_awaits(pid_t pid);
void door_read_news(void);

/* start.c */
struct bounds { /* of all of a job's processes together; 0: none */
    uint64_t memory; /* bytes */
    uint64_t processes;
    uint32_t milli_cpus;
    uint8_t needed; /* a bit each, in the order of enum controller: the job is not started when it cannot be kept */
};
enum { BOUNDS_BYTES = 21, GPUS_BYTES = 32, JOIN_BYTES = TOKEN_BYTES + 12 + BOUNDS_BYTES };
_Static_assert(GPUS_BYTES == sizeof ((struct spawn *)NULL)->gpus, "an order has a bit for each minor number");
struct bounds bounds_read(const uint8_t *from);
bool bounds_any(const struct bounds *bounds);
struct order {
    char **arguments;
    char **environment;
    char *directory;
    char *output;
    char *errors;    /* NULL: they go into the output */
    bool compressed;
    mode_t umask;
    bool limited;
    struct rlimit limits[RLIM_NLIMITS];
    uint32_t job;
    bool as_user;
    uid_t uid;
    uint64_t output_limit; /* bytes; 0: none */
    struct bounds bounds;
    int nice;
    bool confined;
    uint8_t *gpus; /* the minor numbers of those that it is confined to, a bit each; NULL: nobody knows them */
};
/* From the job's process: what failed, or (stage 0) that nothing is left but to run the program. */
struct failure {
    int stage;
    int error;
};
const uint8_t *order_token(const struct frame *start);
/* Looks at the fields of a START frame; what the order has of them points into it. 0, or -1: not a whole order. */
int order_read(uint8_t *fields, size_t length, struct order *order);
void order_free(struct order *order);

/* output.c */
int output_hand_over(int supervisor, const struct failure *ready, int output);
ssize_t output_receive(int job, struct failure *said, int *output);
bool output_keep_within(int output, uint64_t limit);

/* words.c: a named pipe beside the record (of version 1 supervisors there is none: SIGRTMIN with the word as its value). A word is one byte: the number of a signal for the job, or SAFE.
 * With GROUP_ONLY the signal is for the process group of the job alone, and only while the job's process is there. */
enum { WORD_SAFE = 0, GROUP_ONLY = 0x80 };
int words_create(const uint8_t *token, uid_t user);
int words_say(const uint8_t *token, uint8_t word);
void words_remove(const uint8_t *token, uid_t user);

/* spares.c; NO_USER: a job of which is not known whose it was, what it had is not kept */
#define NO_USER ((uid_t)-1)
enum spare { SPARE_RECORD, SPARE_PIPE, SPARE_KINDS };
void spares_sweep(void);
bool spare_take(enum spare kind, uid_t user, const char *as);
bool spare_keep(enum spare kind, uid_t user, const char *of);

/* record.c */
enum { RECORD_BYTES = 4096, RECORD_OWN_BYTES = 2 * NOTE_BYTES + 256 }; /* at most: of a file, and of one job in it */
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
    uint8_t bytes[RECORD_BYTES];
};
int record_create(const uint8_t *token, uid_t user);
int record_read(const uint8_t *token, struct record *record);
int record_open_again(const uint8_t *token);
int record_append(int fd, uint8_t type, const void *payload, size_t length);
void record_remove(const uint8_t *token, uid_t user);
enum { EXIT_BYTES = TOKEN_BYTES + 52 };
void record_exit_payload(uint8_t payload[EXIT_BYTES], const uint8_t *token, const struct record *started, int status,
                         const struct rusage *usage);

/* reach.c: sends the signal to every living process below `root` (and to root itself when asked; 0: no root) and in
 * the cgroup (empty: none). Returns how many there were, -1 with errno. */
int reach(pid_t root, bool with_root, const char *cgroup, int signal_number);
/* The start time of a process in clock ticks after boot; 0: there is none (or it is a zombie, when those do not count). */
uint64_t process_start(pid_t pid, bool zombies_too);
/* 0: there is no such process. */
pid_t process_parent(pid_t pid);
/* Writes decimal digits and a NUL; where that is. For processes that were forked a moment ago: they would have to page in
 * all of stdio for it. */
char *put_number(char *at, unsigned long long number);

/* cgroup.c: paths are absolute; all of them do nothing for the empty one. */
struct controls {
    int version[CONTROLLERS]; /* of the hierarchy that has it; 0: not to be had */
    int refusal;              /* why jobs cannot be confined to their GPUs, errno */
};
extern struct controls controls;
void cgroup_probe(void);
int cgroup_confine(const char *path, struct spawn *spawn, const uint8_t gpus[GPUS_BYTES]);
void cgroup_sweep(void);
void cgroup_create(char path[CGROUP_BYTES], uint32_t job, const uint8_t *token);
bool cgroup_find(char path[CGROUP_BYTES], const uint8_t *token);
int cgroup_bound(const char *path, const struct bounds *wanted);
int cgroup_watch(const char *path);
int cgroup_open(const char *path, const char *file, int flags);
void cgroup_kill(const char *path);
void cgroup_remove(const char *path);
void cgroup_remove_left(const uint8_t *token);

#endif
