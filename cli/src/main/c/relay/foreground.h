/* Runs a job in the caller's terminal, as a child of q in q's own process group, the way env and time do. */
#ifndef GPUQ_FOREGROUND_H
#define GPUQ_FOREGROUND_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "frame.h"
#include "protocol.h"

enum job_state { JOB_NONE, JOB_RUNNING, JOB_ENDED };

/* What q changes about signals for itself while the job runs, and gives back to the job. */
struct signal_settings {
    sigset_t mask;
    struct sigaction interrupt;
    struct sigaction quit;
};

struct job {
    enum job_state state;
    uint8_t token[TOKEN_BYTES];
    pid_t pid;
    int signals; /* a signalfd: something happened to the job, or somebody signals q */
    int status;  /* once ended: as waitpid gives it */
    struct rusage usage;
    struct signal_settings before;
};

struct start_failure {
    enum stage stage;
    int why; /* errno */
};

/* Starts what RUN's payload says. 0; -1 when it is malformed; 1 when it could not be started, with the reason. */
int job_start(struct job *job, uint8_t *order, size_t length, struct start_failure *failure);

/* Looks what the signals say. True when the job has just ended. */
bool job_heed(struct job *job);

/* Once the job has ended and that is told, Ctrl-C is for q again. */
void job_let_signals_through(struct job *job);

/* The job's own exit status as a shell has it: 128+n for signal n. */
int job_exit_status(const struct job *job);

/* Appends ENDED. 0, or -1 with errno. */
int job_append_ended(const struct job *job, struct buffer *to);

#endif
