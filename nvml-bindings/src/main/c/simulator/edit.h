/*
 * Changing the state file so that no two writers lose each other's lines: FILE.lock is locked for the time
 * of the change (an open-file-description lock, which fcntl's and Java's locks respect), and the new text is
 * renamed into place.
 */
#ifndef GPUQ_SIM_EDIT_H
#define GPUQ_SIM_EDIT_H

#include "state.h"

struct sim_edit {
    const char *file;
    int lock;
    mode_t mode;
    char *text;
    size_t length;
};

/* Locks and reads. The text in the edit has lost the lines of processes that no longer are. */
bool sim_edit_begin(struct sim_edit *edit, const char *file, struct sim_state *state, struct sim_error *error);
bool sim_edit_append(struct sim_edit *edit, const char *line);
/* Takes out every process line of a pid. */
void sim_edit_drop_process(struct sim_edit *edit, uint32_t pid);
/* Both unlock and free. */
bool sim_edit_finish(struct sim_edit *edit, struct sim_error *error);
void sim_edit_abandon(struct sim_edit *edit);

#endif
