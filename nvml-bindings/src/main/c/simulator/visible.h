/* The GPUs that CUDA_VISIBLE_DEVICES shows to a program. */
#ifndef GPUQ_SIM_VISIBLE_H
#define GPUQ_SIM_VISIBLE_H

#include "state.h"

struct sim_place {
    const struct sim_gpu *gpu;
    const struct sim_mig *mig; /* NULL for the whole GPU */
    unsigned rank;
};

struct sim_visible {
    size_t count;
    struct sim_place places[SIM_GPUS_MAX];
};

/*
 * `list` is the variable's value: NULL shows every GPU, "" none. Like CUDA it takes indexes, UUIDs and their
 * unambiguous beginnings, and ends at the first entry that names nothing; but a list that shows nothing for
 * that reason is an error, worded for people.
 */
bool sim_visible(const struct sim_state *state, const char *list, struct sim_visible *visible, struct sim_error *error);

#endif
